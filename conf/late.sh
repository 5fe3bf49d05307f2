#!/bin/bash
# late.sh "LIBRARY…" OBJECT… - assembler (x86-64, System V) of a stand-in for each function of the libraries that the
# objects call. The first call lets backend/ctl/late/late.c find the real one, the next ones jump there.
set -euo pipefail
export LC_ALL=C
libraries=$1
shift
wanted=$(nm -u "$@" 2>/dev/null | awk '$1 == "U" { print $2 }' | sort -u)

n=0
slots=
table=
strings=
for name in $libraries; do
	file=$(gcc -print-file-name="lib$name.so")
	soname=$(readelf -d "$file" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
	strings+="library_${name//[^a-z0-9]/_}: .asciz \"$soname\""$'\n'
	own=$(nm -D --defined-only "$file" | awk '{ sub(/@.*/, "", $3); print $3 }' | sort -u)
	for symbol in $(comm -12 <(echo "$own") <(echo "$wanted")); do
		printf '\t.globl %s\n\t.type %s, @function\n' "$symbol" "$symbol"
		printf '%s:\n\tjmp *late_slot+%d(%%rip)\nfirst_%d:\n\tpush $%d\n\tjmp resolve\n' "$symbol" $((n * 8)) $n $n
		slots+=$'\t'".quad first_$n"$'\n'
		table+=$'\t'".quad library_${name//[^a-z0-9]/_}, symbol_$n"$'\n'
		strings+="symbol_$n: .asciz \"$symbol\""$'\n'
		n=$((n + 1))
	done
done
# The arguments of the call, which is a stranger's, are kept over the search.
cat <<'END'
resolve:
	push %rbp
	mov %rsp, %rbp
	sub $200, %rsp
	mov %rdi, (%rsp)
	mov %rsi, 8(%rsp)
	mov %rdx, 16(%rsp)
	mov %rcx, 24(%rsp)
	mov %r8, 32(%rsp)
	mov %r9, 40(%rsp)
	mov %rax, 48(%rsp)
END
for i in 0 1 2 3 4 5 6 7; do printf '\tmovups %%xmm%d, %d(%%rsp)\n' $i $((64 + 16 * i)); done
cat <<'END'
	mov 8(%rbp), %rdi
	call late_find@PLT
	mov %rax, %r11
END
for i in 0 1 2 3 4 5 6 7; do printf '\tmovups %d(%%rsp), %%xmm%d\n' $((64 + 16 * i)) $i; done
cat <<END
	mov (%rsp), %rdi
	mov 8(%rsp), %rsi
	mov 16(%rsp), %rdx
	mov 24(%rsp), %rcx
	mov 32(%rsp), %r8
	mov 40(%rsp), %r9
	mov 48(%rsp), %rax
	leave
	lea 8(%rsp), %rsp
	jmp *%r11

	.section .rodata
$strings
	.section .data.rel.ro, "aw"
	.balign 8
	.globl late_table
late_table:
$table
	.data
	.balign 8
	.globl late_slot
late_slot:
$slots
	.section .note.GNU-stack, "", @progbits
END
