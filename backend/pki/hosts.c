#include "backend/pki/hosts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static const char SEPARATORS[] = ", ";

/* One item of the list: "host" or "host:port". */
static int
item_matches(const char *item, size_t n, const char *host, const char *port)
{
	size_t h = strlen(host), p = strlen(port);

	if (n < h || strncasecmp(item, host, h) != 0)
		return 0;
	return n == h || (n == h + 1 + p && item[h] == ':' && memcmp(item + h + 1, port, p) == 0);
}

static enum pki_host
look_up(const char *list, const char *host, const char *port)
{
	enum pki_host found = list[strspn(list, SEPARATORS)] == '\0' ? PKI_HOST_PUBLIC : PKI_HOST_REFUSED;

	while (*list != '\0') {
		size_t n = strcspn(list, SEPARATORS);

		if (n > 0 && item_matches(list, n, host, port))
			return PKI_HOST_LISTED;
		if (n == 1 && *list == '*')
			found = PKI_HOST_PUBLIC;
		list += n;
		list += strspn(list, SEPARATORS);
	}
	return found;
}

enum pki_host
pki_host_judge(const char *url, const char *list)
{
	CURLU *u = curl_url();
	char *host = NULL, *port = NULL;
	enum pki_host verdict = PKI_HOST_REFUSED;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
		verdict = look_up(list, host, port);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(u);
	return verdict;
}

static int
public4(uint32_t a)
{
	static const struct { uint32_t net; int bits; } special[] = {
		{ 0x00000000, 8 }, { 0x0a000000, 8 }, { 0x64400000, 10 }, { 0x7f000000, 8 }, { 0xa9fe0000, 16 },
		{ 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 }, { 0xc0586300, 24 }, { 0xc0a80000, 16 },
		{ 0xc6120000, 15 }, { 0xc6336400, 24 }, { 0xcb007100, 24 }, { 0xe0000000, 3 },
	};

	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if ((a ^ special[i].net) >> (32 - special[i].bits) == 0)
			return 0;
	return 1;
}

static uint32_t
at4(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int
public6(const uint8_t a[16])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	static const uint8_t nat64[12] = { 0, 0x64, 0xff, 0x9b };

	if (memcmp(a, mapped, 12) == 0 || memcmp(a, nat64, 12) == 0)
		return public4(at4(a + 12));
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
		return public4(at4(a + 2));
	if (a[0] == 0x20 && a[1] == 0x01 && (a[2] < 2 || (a[2] == 0x0d && a[3] == 0xb8)))
		return 0; /* protocol assignments with Teredo; documentation */
	return (a[0] & 0xe0) == 0x20; /* global unicast, 2000::/3; all else is special */
}

int
pki_address_public(const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof(v4));
		return public4(ntohl(v4.sin_addr.s_addr));
	}
	if (a->sa_family != AF_INET6)
		return 0;
	memcpy(&v6, a, sizeof(v6));
	return public6(v6.sin6_addr.s6_addr);
}

curl_socket_t
pki_host_open(void *verdict, curlsocktype purpose, struct curl_sockaddr *a)
{
	const enum pki_host *v = verdict;

	(void)purpose;
	if (*v != PKI_HOST_LISTED && !pki_address_public(&a->addr))
		return CURL_SOCKET_BAD;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* A host that is written as an address, 192.0.2.1 or [2001:db8::1], has to be public. */
static int
literal_is_public(const char *host)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	char inner[INET6_ADDRSTRLEN] = "";
	size_t n = strlen(host);

	if (inet_pton(AF_INET, host, &v4.sin_addr) == 1)
		return pki_address_public((const struct sockaddr *)&v4);
	if (host[0] != '[')
		return strcasecmp(host, "localhost") != 0;
	if (n < 3 || n - 2 >= sizeof(inner))
		return 0;
	memcpy(inner, host + 1, n - 2);
	return inet_pton(AF_INET6, inner, &v6.sin6_addr) == 1 && pki_address_public((const struct sockaddr *)&v6);
}

int
pki_host_may_tell(const char *url, const char *list)
{
	enum pki_host verdict = pki_host_judge(url, list);
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL;
	int ok = 0;

	if (u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		ok = strcmp(scheme, "https") == 0 && (verdict == PKI_HOST_LISTED ||
		    (verdict == PKI_HOST_PUBLIC && literal_is_public(host)));
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return ok;
}
