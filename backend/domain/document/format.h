/* format.h - floor 4: what a file that is no PDF is, by its bytes; what goes along with a letter.
 *
 * Open Document (ISO/IEC 26300-2, 3.3: "mimetype" comes first, as it is), Office Open XML
 * (ISO/IEC 29500-2), PNG, JPEG, TIFF, ZIP, and text. Only what a name says and the bytes
 * are too is taken; nothing of it is opened, shown or run here. */
#ifndef YX_DOCUMENT_FORMAT_H
#define YX_DOCUMENT_FORMAT_H

#include <stddef.h>
#include <stdint.h>
#include "common/error.h"

/* The last part of a file's name, without its dot, or "". Points into the name. */
const char *format_extension(const char *name);
/* Which of the known formats the bytes are that their name says: its word ("odt", "jpeg" …), static.
 * NULL: none, or another one than the name says, or an office file with programs (VBA) in it. */
const char *format_of(const uint8_t *bytes, size_t n, const char *extension);
/* The same of a file, in *word. YX_FILE_TYPE, YX_IO. */
int format_of_file(const char *path, const char *extension, const char **word) YX_MUST_USE;

#endif
