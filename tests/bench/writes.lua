-- wrk: each request creates a contract of its own. COOKIE, CSRF, UNIT, MEMBER come from the environment.
local seed, n, thread = os.time(), 0, 0
function setup(t) thread = thread + 1; t:set("id", thread) end
function request()
	n = n + 1
	local number = string.format("%d-%d-%d", seed, id, n)
	wrk.headers["Cookie"] = os.getenv("COOKIE")
	wrk.headers["X-CSRF-Token"] = os.getenv("CSRF")
	wrk.headers["Content-Type"] = "application/json"
	wrk.headers["Idempotency-Key"] = "bench-write-" .. number
	return wrk.format("POST", "/api/v1/contracts", nil, string.format(
		'{"number":"%s","title":"寫入","unitId":"%s","officers":["%s"]}', number, os.getenv("UNIT"), os.getenv("MEMBER")))
end
