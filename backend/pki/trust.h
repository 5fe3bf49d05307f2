/* trust.h - floor 2: what struct pki_trust holds; for the files of pki/ only. */
#ifndef YX_PKI_TRUST_H
#define YX_PKI_TRUST_H

#include <openssl/x509.h>

struct pki_trust {
	X509_STORE     *store;         /* the anchors, for who has to have an X509_STORE */
	STACK_OF(X509) *anchors, *intermediates;
	char           *allow_hosts;   /* see hosts.h */
};

#endif
