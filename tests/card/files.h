/* files.h - the files of a test card (ISO/IEC 7816-4, 7; 7816-15, 7). */
#ifndef YX_TESTS_CARD_FILES_H
#define YX_TESTS_CARD_FILES_H

#include "tests/card/p15.h"

#define TC_MF       0x3f00
#define TC_APP_DF   0x5015
#define TC_KEY_FILE 0x4b01 /* of the first key; the others follow */

/* SELECT by file identifier or path; by identifier whatever the directory is; READ
 * BINARY. They return the status word. */
unsigned tc_file_select(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out);
unsigned tc_file_select_id(struct tc_card *card, uint16_t id, const struct tc_apdu *a, struct yx_buf *out);
unsigned tc_file_read(struct tc_card *card, const struct tc_apdu *a, struct yx_buf *out);

#endif
