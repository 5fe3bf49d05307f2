#include "native-host/finding.h"

void
finding_add(struct findings *d, const struct finding_row *row, const char *detail)
{
	struct finding *f = yx_arena_alloc(d->arena, sizeof(*f));

	d->bad += row->state == FINDING_BAD;
	if (f == NULL)
		return;
	f->row = row;
	f->detail = yx_arena_strdup(d->arena, detail);
	*d->tail = f;
	d->tail = &f->next;
}
