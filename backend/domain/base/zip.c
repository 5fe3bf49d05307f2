#include "backend/domain/base/zip.h"

#include <archive_entry.h>

int
zip_begin(struct archive *out, const struct zip_file *f)
{
	struct archive_entry *e = archive_entry_new();
	int rc;

	if (e == NULL)
		return YX_NO_MEMORY;
	archive_entry_set_pathname_utf8(e, f->name);
	archive_entry_set_size(e, f->size);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, (unsigned)f->mode);
	archive_entry_set_mtime(e, (time_t)(f->at / 1000), 0);
	rc = archive_write_header(out, e) == ARCHIVE_OK ? YX_OK : YX_IO;
	archive_entry_free(e);
	return rc;
}
