/* objects.h - the test card's data objects (SP 800-73-4 part 1, 3 and part 2, 3.1.2). */
#ifndef YX_TESTS_CARD_OBJECTS_H
#define YX_TESTS_CARD_OBJECTS_H

#include "tests/card/card.h"

/* Appends the object of a GET DATA tag list (body `5C len tag`), its outer tag
 * included. Returns the status word: 9000, 6A82, 6982 or 6A80. */
unsigned tc_object(struct tc_card *card, const uint8_t *body, size_t n, struct yx_buf *out);
/* Appends the application property template that SELECT answers. */
void tc_property_template(struct yx_buf *out);
/* Appends tag, DER length and value. */
void tc_tlv(struct yx_buf *out, unsigned tag, const void *value, size_t n);
/* The slot of a key reference, NULL if it is empty. */
struct tc_slot *tc_find_slot(struct tc_card *card, uint8_t ref);

/* The full AID (part 1, 2.2), 11 bytes. */
extern const uint8_t tc_aid[11];

#endif
