/* module.h - the language between the host and the process in which a card maker's
 * PKCS #11 module runs. One frame (common/frame.h) asks, one answers; numbers are
 * big-endian; a text or bytes have their length as u16 in front (yx_buf_add_sized).
 *
 *   LIST   -                              → code, u16 tokens, each: u32 flags, u16 least and
 *                                           u16 most characters of a PIN, reader,
 *                                           u16 certificates, each: id, DER
 *   LOGIN  u16 token, PIN (empty: typed   → code, u8 tries left (FF: not told)
 *          on the reader)
 *   SIGN   u16 token, u8 kind, id,        → code, signature
 *          input, block (RSA)
 *
 * code is u16 of enum yx_err. YX_PIN_NEEDED to SIGN: the key wants the PIN again; LOGIN
 * and the same SIGN follow. */
#ifndef YX_HOST_MODULE_H
#define YX_HOST_MODULE_H

#define MODULE_TOKENS_MAX 16
#define MODULE_CERTS_MAX  32
#define MODULE_CERT_MAX   (16 * 1024)
#define MODULE_ID_MAX     64
#define MODULE_INPUT_MAX  1024
#define MODULE_OPTION     "--module"

enum module_op { MODULE_LIST = 1, MODULE_LOGIN, MODULE_SIGN };
enum module_kind { MODULE_RSA, MODULE_EC };

/* The child: loads the module and answers until the other end closes. Never returns. */
void module_main(const char *path) __attribute__((noreturn));

#endif
