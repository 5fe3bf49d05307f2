#include "common/usage.h"

#include <string.h>

#include "common/version.h"

#define WIDTH 78

/* Words of a text in lines of at most WIDTH columns, indented; `column` are there. */
static void
fill(FILE *out, int column, const char *text, int indent)
{
	while (*text != '\0') {
		size_t n = strcspn(text, " ");

		if (column > 0 && column + 1 + (int)n > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		column += fprintf(out, "%*s%.*s", column == 0 ? indent : 1, "", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void
help_rows(const struct yx_usage_row *row, FILE *out)
{
	for (; row != NULL && row->name != NULL; row++) {
		fill(out, fprintf(out, "  %s", row->name), row->arguments, 10);
		fill(out, 0, row->help, 6);
	}
}

static const char *
type_word(enum yx_conf_type type)
{
	return type == YX_CONF_INT ? "number" : type == YX_CONF_BOOL ? "yes or no" : "text";
}

static void
help_settings(const struct yx_conf_row *row, FILE *out)
{
	if (row == NULL)
		return;
	fputs("settings, one a line, `key = value`:\n", out);
	for (; row->key != NULL; row++) {
		fprintf(out, "  %s", row->key);
		if (row->fallback == NULL)
			fputs(" (must be given)\n", out);
		else
			fprintf(out, " = %s\n", row->fallback);
		fill(out, 0, row->help, 6);
	}
}

void
yx_usage_help(const struct yx_usage *u, FILE *out)
{
	fprintf(out, "%s " YX_VERSION ": %s\n", u->program, u->what);
	help_rows(u->commands, out);
	if (u->commands != NULL)
		fputs("options:\n", out);
	help_rows(u->options, out);
	help_settings(u->settings, out);
}

/* One row a line, parts separated by tabs. */
static void
man(const struct yx_usage *u)
{
	printf("program\t%s\t%s\t%s\n", u->program, YX_VERSION, u->what);
	for (const struct yx_usage_row *r = u->commands; r != NULL && r->name != NULL; r++)
		printf("command\t%s\t%s\t%s\n", r->name, r->arguments, r->help);
	for (const struct yx_usage_row *r = u->options; r != NULL && r->name != NULL; r++)
		printf("option\t%s\t%s\t%s\n", r->name, r->arguments, r->help);
	for (const struct yx_conf_row *r = u->settings; r != NULL && r->key != NULL; r++)
		printf("setting\t%s\t%s\t%s\t%s\n", r->key, type_word(r->type),
		    r->fallback == NULL ? "-" : *r->fallback == '\0' ? "(empty)" : r->fallback, r->help);
}

int
yx_usage_asked(const struct yx_usage *u, int argc, char **argv)
{
	if (argc < 2)
		return 0;
	if (strcmp(argv[1], "--help") == 0)
		yx_usage_help(u, stdout);
	else if (strcmp(argv[1], "--version") == 0)
		printf("%s " YX_VERSION "%s%s\n", u->program, u->version == NULL ? "" : " ",
		    u->version == NULL ? "" : u->version);
	else if (strcmp(argv[1], "--man") == 0)
		man(u);
	else
		return 0;
	return 1;
}
