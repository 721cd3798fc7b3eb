package bundle

import (
	"context"
	"net/url"
	"os"
	"strings"

	"github.com/gobundle/gobundle/resolve/credential"
	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/transport"
)

// credentials returns what transport.Options wants to ask after a refusal: netrc,
// then the keyring.
func (s *session) credentials(where Indexes) func(context.Context, transport.Refusal) (*url.Userinfo, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // NETRC may still name a file
	}
	sources := &credential.Sources{Netrc: credential.NetrcFiles(s.surroundings.Getenv, home)}
	if !where.NoKeyring {
		sources.Keyring = "keyring"
	}
	return sources.Find
}

// named returns the named indexes with the users and passwords that variables
// have for them: GOBUNDLE_INDEX_CORP_USERNAME and _PASSWORD for one called corp.
// What stands in a URL counts before them.
func (s *session) named(where Indexes) []index.Named {
	var named []index.Named
	for _, n := range where.Named {
		variable := "GOBUNDLE_INDEX_" + strings.ToUpper(strings.NewReplacer("-", "_", ".", "_").Replace(n.Name))
		user, password := s.surroundings.Getenv(variable+"_USERNAME"), s.surroundings.Getenv(variable+"_PASSWORD")
		if u, err := url.Parse(n.URL); err == nil && u.Host != "" && (user != "" || password != "") {
			inURL := u.User.Username()
			_, complete := u.User.Password()
			if inURL != "" {
				user = inURL
			}
			if !complete {
				u.User = url.UserPassword(user, password)
				n.URL = u.String()
			}
		}
		named = append(named, n)
	}
	return named
}
