/* bench_select SOCKET THREADS SECONDS: how many SELECTs of one session row by its key so many
 * threads get from MariaDB in a second, each over a connection of its own with a prepared
 * statement. The floor under every request that asks who is there. Prints one number. */
#include <mariadb/mysql.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS_MAX 64
#define SQL "SELECT member_id, csrf, seen_at FROM session WHERE token_sha256 = ?"

static const char *database;
static double seconds;
static atomic_long answered, failed;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
ask(MYSQL *my)
{
	char key[32] = { 0 };
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_BLOB, .buffer = key, .buffer_length = sizeof(key) };
	MYSQL_STMT *stmt = mysql_stmt_init(my);
	const double end = now() + seconds;
	long n = 0;

	if (stmt == NULL || mysql_stmt_prepare(stmt, SQL, sizeof(SQL) - 1) != 0 || mysql_stmt_bind_param(stmt, &bind) != 0)
		failed++;
	else
		while (now() < end && mysql_stmt_execute(stmt) == 0 && mysql_stmt_store_result(stmt) == 0) {
			mysql_stmt_free_result(stmt);
			n++;
		}
	answered += n;
	if (stmt != NULL)
		mysql_stmt_close(stmt);
}

static void *
client(void *unused)
{
	MYSQL *my = mysql_init(NULL);

	(void)unused;
	if (my == NULL || mysql_real_connect(my, NULL, "root", "", "yinxin", 0, database, 0) == NULL)
		failed++;
	else
		ask(my);
	mysql_close(my);
	return NULL;
}

int
main(int argc, char **argv)
{
	pthread_t threads[THREADS_MAX];
	int n = argc == 4 ? atoi(argv[2]) : 0;

	if (n < 1 || n > THREADS_MAX || mysql_library_init(0, NULL, NULL) != 0) {
		fprintf(stderr, "usage: bench_select SOCKET THREADS SECONDS\n");
		return 2;
	}
	database = argv[1];
	seconds = atof(argv[3]);
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, client, NULL) != 0)
			return 1;
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("%.0f\n", (double)answered / seconds);
	mysql_library_end();
	return failed == 0 ? 0 : 1;
}
