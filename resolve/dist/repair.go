package dist

import "strings"

const operatorChars = "<>=!~"

// repairRequirement repairs the specifiers of a requirement that could not be
// parsed. Its marker stays as it is.
func repairRequirement(text string) string {
	head, marker, hasMarker := strings.Cut(text, ";")
	start := strings.IndexAny(head, operatorChars+"(")
	if start < 0 || strings.Contains(head, "@") {
		return text
	}
	specifiers := strings.TrimSpace(head[start:])
	specifiers = strings.TrimSuffix(strings.TrimPrefix(specifiers, "("), ")")
	repaired := head[:start] + repairSpecifiers(specifiers)
	if hasMarker {
		repaired += " ;" + marker
	}
	return repaired
}

// repairSpecifiers turns what old tools wrote into specifiers of PEP 440:
//
//	>=3.6.*        a wildcard where none may stand: >=3.6
//	!=3.0*         a wildcard without its dot: !=3.0.*
//	>=2.7 <4       no comma between clauses
//	> = 3.6        a space within an operator
//	">=3.6",       quotes, and commas or semicolons at the end
//
// What it can't repair it returns in a form that is no better.
func repairSpecifiers(text string) string {
	var clauses []string
	text = strings.NewReplacer(`"`, "", "'", "").Replace(text)
	for text = strings.TrimLeft(text, ",; \t"); text != ""; text = strings.TrimLeft(text, ",; \t") {
		operator := text[:len(text)-len(strings.TrimLeft(text, operatorChars+" \t"))]
		text = text[len(operator):]
		end := strings.IndexAny(text, operatorChars+",;")
		if end < 0 {
			end = len(text)
		}
		version := strings.TrimSpace(text[:end])
		text = text[end:]
		operator = strings.Join(strings.Fields(operator), "")
		if prefix, wild := strings.CutSuffix(version, "*"); wild {
			version = strings.TrimSuffix(prefix, ".")
			if operator == "==" || operator == "!=" {
				version += ".*"
			}
		}
		clauses = append(clauses, operator+version)
	}
	return strings.Join(clauses, ",")
}
