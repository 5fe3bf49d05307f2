/* hosts.h - floor 2: whom we may ask. The URLs that we fetch stand in certificates, so
 * strangers choose them: they must not make us knock at doors of our own network.
 *
 * A list of hosts is "host, host:port, *": a host alone means any port, "*" any host
 * with a public address; an empty list is the same as "*". Only a host that is listed
 * by its name may have an address of the loopback, a private or a special network. */
#ifndef YX_PKI_HOSTS_H
#define YX_PKI_HOSTS_H

#include <curl/curl.h>
#include <sys/socket.h>

enum pki_host { PKI_HOST_REFUSED, PKI_HOST_PUBLIC, PKI_HOST_LISTED };

/* What the list says of the URL's host and port. A URL with a user name in it, or one
 * that is none, is refused. */
enum pki_host pki_host_judge(const char *url, const char *list);

/* 1 if the address is one of the public internet (IANA's special-purpose registries,
 * RFC 6890; IPv4 inside IPv6 is looked at as IPv4). */
int pki_address_public(const struct sockaddr *a);

/* For CURLOPT_OPENSOCKETFUNCTION, with the verdict on the URL as its data (enum pki_host): the last word
 * on the address, after the name was looked up; what is connected to is what was judged. */
curl_socket_t pki_host_open(void *verdict, curlsocktype purpose, struct curl_sockaddr *a);

/* 1 if we may be told to send to that URL: https, no user name, a host that the list allows and, if it
 * is an address, one of the public internet unless it is listed. */
int pki_host_may_tell(const char *url, const char *list);

#endif
