#!/bin/bash
# make_pdfs.sh DIR - input PDFs from other people's programs (LibreOffice, Cairo,
# Ghostscript, qpdf), and files that must be refused. Made once per DIR.
set -euo pipefail
dir=$1
here=$(cd "$(dirname "$0")" && pwd)
[ -f "$dir/complete" ] && exit 0
mkdir -p "$dir/lo"
dir=$(cd "$dir" && pwd)

soffice "-env:UserInstallation=file://$dir/lo" --headless --convert-to pdf:writer_web_pdf_Export \
	--outdir "$dir" "$here/contract.html" >/dev/null 2>&1
mv "$dir/contract.pdf" "$dir/libreoffice.pdf"
# shellcheck disable=SC2046 # pkg-config prints several flags
gcc -std=c11 -O1 -Wall "$here/cairo_pdf.c" -o "$dir/cairo_pdf" \
	$(pkg-config --cflags --libs cairo cairo-pdf pangocairo)
"$dir/cairo_pdf" "$dir/cairo.pdf"
gs -q -dBATCH -dNOPAUSE -sDEVICE=pdfwrite -sOutputFile="$dir/ghostscript.pdf" "$here/contract.ps"
qpdf --object-streams=generate "$dir/libreoffice.pdf" "$dir/objstm.pdf"
qpdf --linearize "$dir/cairo.pdf" "$dir/linearized.pdf"
qpdf --linearize --object-streams=generate "$dir/libreoffice.pdf" "$dir/linearized-objstm.pdf"

qpdf --encrypt '' owner 256 -- "$dir/cairo.pdf" "$dir/encrypted-open.pdf"
qpdf --encrypt user owner 256 -- "$dir/cairo.pdf" "$dir/encrypted.pdf"
size=$(stat -c %s "$dir/cairo.pdf")
head -c $((size - 600)) "$dir/cairo.pdf" > "$dir/truncated.pdf"
sed 's/^startxref$/startxref\n1/' "$dir/cairo.pdf" > "$dir/broken-xref.pdf"
{ printf 'junk before the header\n'; cat "$dir/cairo.pdf"; } > "$dir/header-offset.pdf"
printf 'This is a text file that calls itself PDF.\n' > "$dir/text.pdf"
: > "$dir/empty.pdf"
gcc -std=c11 -D_GNU_SOURCE -O1 -Wall "$here/peak.c" -o "$dir/peak"
touch "$dir/complete"
