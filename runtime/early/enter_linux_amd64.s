#include "textflag.h"

// func Enter()
//
// Go's functions have their g in R14 and zero in X15, and may write below the caller's
// frame what came in registers. _rt0_amd64_linux finds the stack as the kernel
// has left it.
TEXT ·Enter(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0
	MOVQ SP, AX
	ANDQ $~15, SP
	SUBQ $64, SP
	MOVQ AX, 48(SP)
	LEAQ ·process(SB), R14
	XORPS X15, X15
	MOVQ ·begin(SB), DX
	MOVQ (DX), CX
	CALL CX
	MOVQ 48(SP), SP
	JMP _rt0_amd64_linux(SB)
