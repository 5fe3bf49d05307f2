#include "backend/domain/client/client_scope.h"

#include <string.h>

/* Each scope: for which kind of organization, and whether a second person of an agency agrees. */
static const struct { const char *word; unsigned bit; int vendors, two; } SCOPES[] = {
	{ "contracts:read", SCOPE_CONTRACTS_READ, 1, 0 },
	{ "contracts:all", SCOPE_CONTRACTS_ALL, 0, 1 },
	{ "contracts:write", SCOPE_CONTRACTS_WRITE, 0, 1 },
	{ "documents:read", SCOPE_DOCUMENTS_READ, 1, 0 },
	{ "messages:read", SCOPE_MESSAGES_READ, 1, 0 },
	{ "certificates:read", SCOPE_CERTIFICATES_READ, 1, 0 },
	{ "events:read", SCOPE_EVENTS_READ, 1, 0 },
};
#define SCOPES_N (sizeof(SCOPES) / sizeof(SCOPES[0]))

const char *
client_scope(size_t i)
{
	return i < SCOPES_N ? SCOPES[i].word : NULL;
}

unsigned
client_scope_bits(const char *words, int *unknown)
{
	unsigned bits = 0;

	if (unknown != NULL)
		*unknown = 0;
	while (words != NULL && *(words += strspn(words, " ")) != '\0') {
		size_t n = strcspn(words, " "), i = 0;

		while (i < SCOPES_N && (strlen(SCOPES[i].word) != n || memcmp(SCOPES[i].word, words, n) != 0))
			i++;
		if (i < SCOPES_N)
			bits |= SCOPES[i].bit;
		else if (unknown != NULL)
			*unknown = 1;
		words += n;
	}
	return bits;
}

const char *
client_scope_words(struct yx_arena *a, unsigned bits)
{
	const char *words = "";

	for (size_t i = 0; i < SCOPES_N && words != NULL; i++)
		if (bits & SCOPES[i].bit)
			words = yx_arena_printf(a, "%s%s%s", words, *words != '\0' ? " " : "", SCOPES[i].word);
	return words;
}

int
client_scope_fits(const char *kind, unsigned bits)
{
	for (size_t i = 0; i < SCOPES_N; i++)
		if ((bits & SCOPES[i].bit) && !SCOPES[i].vendors && strcmp(kind, "vendor") == 0)
			return 0;
	return bits != 0;
}

unsigned
client_scope_of_two(const char *kind, unsigned bits)
{
	unsigned two = 0;

	for (size_t i = 0; i < SCOPES_N && strcmp(kind, "agency") == 0; i++)
		if (SCOPES[i].two)
			two |= bits & SCOPES[i].bit;
	return two;
}
