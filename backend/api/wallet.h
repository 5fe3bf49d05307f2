/* wallet.h - floor 5: what the files about wallets share. */
#ifndef YX_API_WALLET_H
#define YX_API_WALLET_H

#include "backend/domain/wallet/item.h"
#include "backend/http/http.h"

/* The cookie that unlocks the wallet; as the session's, but for the wallet alone. */
#define WALLET_COOKIE "__Host-yinxin-wallet"

/* The wallet's secret key, as the browser's cookie opens it. The caller wipes it. YX_WALLET_LOCKED. */
int wallet_key_of(struct http_request *rq, uint8_t secret[WALLET_KEY]) YX_MUST_USE;
/* The answer is the content, decrypted while it is sent; takes over `c`. `name` NULL: as the file
 * was called. */
int wallet_send(struct http_request *rq, const struct item_content *c, const char *name) YX_MUST_USE;
/* The same, of a PDF, with a mark on every page. */
int wallet_send_marked(struct http_request *rq, struct item_content *c, const char *name, const char *across,
    const char *below) YX_MUST_USE;
/* None of these after all: what they took over is given back. */
void wallet_unsend(struct http_request *rq);

#endif
