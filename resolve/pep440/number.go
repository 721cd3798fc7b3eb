package pep440

import (
	"cmp"
	"strconv"
	"strings"
)

// maxDigits is the most digits that one number may have for Parse: CPython's default limit for int(), so that what is
// refused here is refused by pip too. Specifiers have no limit, there too as in packaging.
const maxDigits = 4300

// Number is a part of a version: a decimal number of any size, without leading zeros. The empty Number is none.
type Number string

// Int returns the number as an int; ok is false where there is none or where it does not fit.
func (n Number) Int() (value int, ok bool) {
	value, err := strconv.Atoi(string(n))
	return value, err == nil
}

// Compare orders numbers by value; no number comes before 0.
func (n Number) Compare(m Number) int {
	if c := cmp.Compare(len(n), len(m)); c != 0 {
		return c
	}
	return strings.Compare(string(n), string(m))
}

// next returns n + 1.
func (n Number) next() Number {
	digits := []byte(n)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] < '9' {
			digits[i]++
			return Number(digits)
		}
		digits[i] = '0'
	}
	return Number("1" + string(digits))
}

// previous returns n - 1; n must be above 0.
func (n Number) previous() Number {
	digits := []byte(n)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] > '0' {
			digits[i]--
			break
		}
		digits[i] = '9'
	}
	return number(string(digits))
}

// number returns digits as a Number; no digits are 0, as in "1.0.dev".
func number(digits string) Number {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	if digits == "" {
		return "0"
	}
	return Number(digits)
}

func smallNumber(n uint64) Number { return Number(strconv.FormatUint(n, 10)) }

// small returns the value of digits if it is at most limit.
func small(digits string, limit uint64) (value uint64, ok bool) {
	for i := 0; i < len(digits); i++ {
		value = value*10 + uint64(digits[i]-'0')
		if value > limit {
			return 0, false
		}
	}
	return value, true
}
