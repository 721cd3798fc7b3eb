package credential

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"os/exec"
	"strings"

	"github.com/gobundle/gobundle/resolve/transport"
)

// askKeyring asks for the index first and for its host then, as pip does. A
// program that isn't there, or fails, knows nothing.
func (s *Sources) askKeyring(ctx context.Context, r transport.Refusal) *url.Userinfo {
	program, err := exec.LookPath(s.Keyring)
	if err != nil || strings.HasPrefix(r.User, "-") { // which it would take for an option
		return nil
	}
	var services []string
	if r.Index != "" {
		services = append(services, r.Index)
	}
	services = append(services, r.HostPort)
	for _, service := range services {
		if r.User != "" {
			if password, ok := runKeyring(ctx, program, "get", service, r.User); ok && password != "" {
				return url.UserPassword(r.User, password)
			}
			continue
		}
		answer, ok := runKeyring(ctx, program, "--mode=creds", "--output=json", "get", service)
		var found struct{ Username, Password string }
		if ok && json.Unmarshal([]byte(answer), &found) == nil && found.Password != "" {
			return url.UserPassword(found.Username, found.Password)
		}
	}
	return nil
}

// runKeyring returns what the program printed, without the newline at its end.
// Nothing it says of errors is shown: it might hold what it looked for.
func runKeyring(ctx context.Context, program string, arguments ...string) (string, bool) {
	command := exec.CommandContext(ctx, program, arguments...)
	var out bytes.Buffer
	command.Stdout = &out
	err := command.Run()
	return strings.TrimRight(out.String(), "\r\n"), err == nil
}
