/* hosts.h - floor 2: whom we may ask. The URLs that we fetch stand in certificates, so
 * strangers choose them: they must not make us knock at doors of our own network.
 *
 * A list of hosts is "host, host:port, *": a host alone means any port, "*" any host
 * with a public address; an empty list is the same as "*". Only a host that is listed
 * by its name may have an address of the loopback, a private or a special network. */
#ifndef YX_PKI_HOSTS_H
#define YX_PKI_HOSTS_H

#include <sys/socket.h>

enum pki_host { PKI_HOST_REFUSED, PKI_HOST_PUBLIC, PKI_HOST_LISTED };

/* What the list says of the URL's host and port. A URL with a user name in it, or one
 * that is none, is refused. */
enum pki_host pki_host_judge(const char *url, const char *list);

/* 1 if the address is one of the public internet (IANA's special-purpose registries,
 * RFC 6890; IPv4 inside IPv6 is looked at as IPv4). */
int pki_address_public(const struct sockaddr *a);

#endif
