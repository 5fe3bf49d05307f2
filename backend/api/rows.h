/* rows.h - floor 5: what the rows of all tables of routes share. */
#ifndef YX_API_ROWS_H
#define YX_API_ROWS_H

#include "backend/http/http.h"

#define V1 "/api/v1"
#define END { NULL, IN_PATH, T_ID, 0, 0, 0, NULL }
#define ID(name) { name, IN_PATH, T_ID, 0, 0, 0, NULL }
#define LAST_ROW { NULL, NULL, 0, 0, NULL, NULL, NULL }

/* One page of a list, and the filters of message lists. */
#define LIST_FILTER(other) \
	{ "from", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ "to", IN_QUERY, T_DATE, OPTIONAL, 0, 0, NULL }, \
	{ other, IN_QUERY, T_ID, OPTIONAL, 0, 0, NULL }, \
	{ "q", IN_QUERY, T_STRING, OPTIONAL, 0, 100, NULL }, \
	{ "sort", IN_QUERY, T_WORD, OPTIONAL, 0, 0, \
	    "newest|oldest|subject|party|state|due" }, HTTP_PAGE_PARAMS

#endif
