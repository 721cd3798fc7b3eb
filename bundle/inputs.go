package bundle

import (
	"time"

	"github.com/gobundle/gobundle/resolve/index"
	"github.com/gobundle/gobundle/resolve/solve"
)

// Inputs says which distributions an application needs and where they are
// found. The zero value is useful but for its Requirements.
type Inputs struct {
	// Requirements are as on a command line: PEP 508 requirements, and paths
	// and URLs of wheels.
	Requirements     []string
	RequirementFiles []string // paths or URLs, read as pip does
	ConstraintFiles  []string
	// Project is the folder of a project, which extras may follow: "./app[web]".
	// Groups are dependency groups of its pyproject.toml, or that of
	// Surroundings.Directory (PEP 735); "PATH:NAME" is one of another file.
	Project string
	Groups  []string
	// Script is a Python file that says itself what it requires (PEP 723).
	Script string
	// Overrides replace every requirement on their project; Exclusions drop it.
	Overrides  []string
	Exclusions []string
	// Lock is the lock file to take distributions from, instead of resolving.
	Lock FromLock

	Prereleases    bool
	NoDependencies bool
	RequireHashes  bool
	Mode           solve.Mode // which versions come first

	Indexes Indexes
	Builds  Builds
}

// PublicIndex is where distributions are looked for unless another index is
// named, or none is wanted: where pip looks.
const PublicIndex = "https://pypi.org/simple/"

// Indexes says where distributions are looked for. What requirements files
// name is added: their --index-url counts when IndexURL is empty.
type Indexes struct {
	IndexURL       string // "" is PublicIndex
	ExtraIndexURLs []string
	// Named indexes are asked before the others; Bindings keep projects to them.
	Named     []index.Named
	Bindings  []index.Binding
	FindLinks []string
	NoIndex   bool
	Strategy  index.Strategy
	// UploadedBefore leaves out what was uploaded at this time or later; zero
	// leaves nothing out.
	UploadedBefore time.Time

	TrustedHosts []string
	// CertificateFile has the authorities to trust, in PEM form; "" means those of
	// PIP_CERT, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE, else the system's.
	CertificateFile string
	// ClientCertificateFile has a certificate and its key, in PEM form.
	ClientCertificateFile string
	// NoKeyring leaves the program keyring alone.
	NoKeyring bool
	Timeout   time.Duration // 0 is the default
	Retries   int           // tries after the first; < 0 is the default
	Offline   bool
}

// Surroundings is what a run takes from the process around it.
type Surroundings struct {
	// Directory is the folder that relative paths are relative to.
	Directory string
	Getenv    func(string) string
	// Version is the gobundle version that manifests name.
	Version string
	// CacheDir overrides the place of the cache; "" is the default place.
	CacheDir string
	// NoCache keeps nothing between runs: the cache lives in a temporary
	// folder that is removed at the end.
	NoCache bool
	// Progress is told about the work; nil for nobody. It must be safe for
	// concurrent use and quick.
	Progress func(Progress)
}

// A Phase is a part of the work that takes time.
type Phase string

// The phases, in order.
const (
	Resolving Phase = "Resolving"
	Fetching  Phase = "Fetching"
	Packing   Phase = "Packing"
)

// Progress is one step of the work. Done and Total are bytes while fetching
// and packing, projects while resolving; Total is 0 where it is unknown.
type Progress struct {
	Phase       Phase
	Item        string
	Done, Total int64
}

func (s *Surroundings) progress(p Progress) {
	if s.Progress != nil {
		s.Progress(p)
	}
}
