#include "textflag.h"

// func Enter()
//
// Go's functions have their g in R28, and may write below the caller's frame what came in
// registers. _rt0_arm64_linux finds the stack as the kernel has left it.
TEXT ·Enter(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVD RSP, R0
	SUB $64, RSP
	MOVD R0, 48(RSP)
	MOVD $·process(SB), g
	MOVD ·begin(SB), R26
	MOVD (R26), R1
	CALL (R1)
	MOVD 48(RSP), R0
	MOVD R0, RSP
	JMP _rt0_arm64_linux(SB)
