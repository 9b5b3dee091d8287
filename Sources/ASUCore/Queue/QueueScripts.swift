/// The queue's operations: one Lua script each, so that every one is all or nothing.
///
/// All times come from the server's clock (`TIME`), in Unix milliseconds; clocks of hosts do not matter. Every script
/// gets ``QueueKeys/all`` as its first keys; those about one job get the key of its record (the `build` of the
/// scripts) as the next. Claim and requeueExpired learn the job's hash only inside and build its key from the prefix
/// in their arguments, which rules Redis Cluster out. Needs Redis 6.2.
enum QueueScripts {
    private static let prelude = """
        local waiting, tickets, running, delayed, ticketCounter, tokenCounter, wake, workers, published, build =
          unpack(KEYS)
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

        """

    // A hint for each job that can be claimed, within the limit.
    private static let hint = """
        local function hint()
          local hints = redis.call('LLEN', wake)
          if hints < \(QueueKeys.wakeLimit) and hints < redis.call('LLEN', waiting) then
            redis.call('RPUSH', wake, '1')
          end
        end

        """

    // Puts a job that was out of the list back where its ticket belongs: near the front, as its ticket is old.
    private static let putBack = """
        local function putBack(hash, ticket)
          redis.call('ZADD', tickets, ticket, hash)
          local rank = redis.call('ZRANK', tickets, hash)
          if rank > 0 then
            local before = redis.call('ZRANGE', tickets, rank - 1, rank - 1)[1]
            if redis.call('LINSERT', waiting, 'AFTER', before, hash) > 0 then return end
          end
          redis.call('LPUSH', waiting, hash)
        end

        """

    // Arguments 1 and 2 are the hash and the token: true if that token's holder still has the job.
    private static let holds = """
        local function holds()
          local current = redis.call('HMGET', build, 'state', 'token')
          return current[1] == 'started' and current[2] == ARGV[2] and redis.call('ZSCORE', running, ARGV[1])
        end

        """

    static func script(_ name: String, _ parts: String...) -> RedisScript {
        RedisScript(name: name, prelude + parts.joined())
    }

    /// Adds a job unless there is one or a result.
    ///
    /// ARGV: hash, most pending jobs, `1` if stale results are replaced, the current revision, request, then names and
    /// values of extra fields. Replies `{'created', position}`, `{'full', pending}` or
    /// `{'existing', position or nil, columns of BuildRecord}`.
    static let enqueue = script(
        "enqueue",
        hint,
        """
        local hash = ARGV[1]
        local known = redis.call('HMGET', build, 'state', 'revision', 'bin_dir', 'ticket')
        local state, revision, binDir = known[1], known[2], known[3]
        local finished = state == 'done' or state == 'failed'
        local stale = finished and ARGV[3] == '1' and revision and revision ~= ARGV[4]
        if state and not stale then
          local position = false
          if state == 'queued' then position = redis.call('ZCOUNT', tickets, '-inf', '(' .. known[4]) end
          return {'existing', position, unpack(redis.call('HMGET', build, \(columns)))}
        end
        local pending = redis.call('ZCARD', tickets) + redis.call('ZCARD', delayed)
        if pending >= tonumber(ARGV[2]) then return {'full', pending} end

        redis.call('DEL', build)
        local ticket = redis.call('INCR', ticketCounter)
        redis.call('HSET', build, 'state', 'queued', 'request', ARGV[5], 'enqueued_at', now, 'ticket', ticket,
          'attempt', 0, unpack(ARGV, 6))
        if binDir then redis.call('HSET', build, 'bin_dir', binDir) end
        redis.call('RPUSH', waiting, hash)
        redis.call('ZADD', tickets, ticket, hash)
        hint()
        return {'created', redis.call('ZRANK', tickets, hash)}
        """
    )

    /// Hands out a job.
    ///
    /// ARGV: worker, lease in milliseconds, prefix of records. Replies nil, or
    /// `{hash, token, attempt, end of the lease, {all fields and values}}`.
    static let claim = script(
        "claim",
        """
        local worker, prefix = ARGV[1], ARGV[3]
        redis.call('ZADD', workers, now, worker)
        redis.call('ZREMRANGEBYSCORE', workers, '-inf', now - 86400000)

        local hash, oldest, lost
        local function due(set, state)
          for _, id in ipairs(redis.call('ZRANGEBYSCORE', set, '-inf', now, 'LIMIT', 0, 64)) do
            local record = redis.call('HMGET', prefix .. id, 'state', 'ticket')
            if record[1] ~= state then
              redis.call('ZREM', set, id)
            elseif not oldest or tonumber(record[2]) < oldest then
              hash, oldest, lost = id, tonumber(record[2]), state == 'started'
            end
          end
        end
        due(delayed, 'queued')
        due(running, 'started')
        while not hash do
          local id = redis.call('LPOP', waiting)
          if not id then break end
          redis.call('ZREM', tickets, id)
          -- A record that was deleted by hand leaves nothing to build.
          if redis.call('HGET', prefix .. id, 'state') == 'queued' then hash = id end
        end
        if not hash then
          redis.call('DEL', wake)
          return false
        end

        local record = prefix .. hash
        if lost then
          local holder = redis.call('HGET', record, 'worker') or '?'
          redis.call('HSET', record, 'error', 'worker ' .. holder .. ' stopped renewing its lease')
        end
        redis.call('ZREM', delayed, hash)
        local token = redis.call('INCR', tokenCounter)
        local attempt = redis.call('HINCRBY', record, 'attempt', 1)
        local ends = now + tonumber(ARGV[2])
        redis.call('HSET', record, 'state', 'started', 'step', 'init', 'token', token, 'worker', worker,
          'started_at', now)
        redis.call('ZADD', running, ends, hash)
        return {hash, token, attempt, ends, redis.call('HGETALL', record)}
        """
    )

    /// Renews a lease.
    ///
    /// ARGV: hash, token, worker, extension in milliseconds. Replies the new end of the lease, or nil.
    static let heartbeat = script(
        "heartbeat",
        holds,
        """
        redis.call('ZADD', workers, now, ARGV[3])
        if not holds() then return false end
        local ends = now + tonumber(ARGV[4])
        redis.call('ZADD', running, ends, ARGV[1])
        return ends
        """
    )

    /// Sets the progress name.
    ///
    /// ARGV: hash, token, step. Replies 1, or nil.
    static let progress = script(
        "progress",
        holds,
        """
        if not holds() then return false end
        redis.call('HSET', build, 'step', ARGV[3])
        return 1
        """
    )

    /// Stores an outcome.
    ///
    /// ARGV: hash, token, state, status, time to live in milliseconds, revision, bin_dir (both may be empty), then
    /// names and values of fields. Replies `{previous bin_dir or nil}`, or nil. The published folder is noted with the end
    /// of its record, the previous one with the present: nothing names it from here on.
    static let finish = script(
        "finish",
        holds,
        """
        if not holds() then return false end
        local previous = redis.call('HGET', build, 'bin_dir')
        redis.call('HDEL', build, 'token', 'worker', 'revision', 'bin_dir')
        redis.call('HSET', build, 'state', ARGV[3], 'step', ARGV[3], 'status', ARGV[4], 'finished_at', now,
          unpack(ARGV, 8))
        if ARGV[6] ~= '' then redis.call('HSET', build, 'revision', ARGV[6]) end
        if ARGV[7] ~= '' then redis.call('HSET', build, 'bin_dir', ARGV[7]) end
        redis.call('PEXPIRE', build, ARGV[5])
        redis.call('ZREM', running, ARGV[1])
        if previous then redis.call('ZADD', published, now, previous) end
        if ARGV[7] ~= '' then redis.call('ZADD', published, now + tonumber(ARGV[5]), ARGV[7]) end
        return {previous}
        """
    )

    /// Gives a job back.
    ///
    /// ARGV: hash, token, reason, delay in milliseconds, `1` if the attempt counts. Replies 1, or nil.
    static let requeue = script(
        "requeue",
        hint,
        putBack,
        holds,
        """
        if not holds() then return false end
        redis.call('HDEL', build, 'token', 'worker', 'step')
        redis.call('HSET', build, 'state', 'queued', 'error', ARGV[3])
        if ARGV[5] ~= '1' then redis.call('HINCRBY', build, 'attempt', -1) end
        redis.call('ZREM', running, ARGV[1])
        local delay = tonumber(ARGV[4])
        if delay > 0 then
          redis.call('ZADD', delayed, now + delay, ARGV[1])
        else
          putBack(ARGV[1], redis.call('HGET', build, 'ticket'))
          hint()
        end
        return 1
        """
    )

    /// Removes a waiting or delayed job.
    ///
    /// ARGV: hash. Replies 1 if the job was removed, else 0.
    static let cancel = script(
        "cancel",
        """
        if redis.call('HGET', build, 'state') ~= 'queued' then return 0 end
        if redis.call('ZREM', delayed, ARGV[1]) == 0 then redis.call('LREM', waiting, 1, ARGV[1]) end
        redis.call('ZREM', tickets, ARGV[1])
        redis.call('DEL', build)
        return 1
        """
    )

    /// Puts jobs whose lease ran out back.
    ///
    /// ARGV: most jobs, prefix of records, milliseconds that the leases ran out ago at least. Replies the hashes put back.
    static let requeueExpired = script(
        "requeueExpired",
        hint,
        putBack,
        """
        local moved = {}
        for _, hash in ipairs(redis.call('ZRANGEBYSCORE', running, '-inf', now - tonumber(ARGV[3]), 'LIMIT', 0,
          ARGV[1])) do
          local record = ARGV[2] .. hash
          local known = redis.call('HMGET', record, 'state', 'ticket', 'worker')
          redis.call('ZREM', running, hash)
          if known[1] == 'started' then
            redis.call('HDEL', record, 'token', 'worker', 'step')
            redis.call('HSET', record, 'state', 'queued',
              'error', 'worker ' .. (known[3] or '?') .. ' stopped renewing its lease')
            putBack(hash, known[2])
            hint()
            table.insert(moved, hash)
          end
        end
        return moved
        """
    )

    /// Counts jobs and workers.
    ///
    /// ARGV: milliseconds since which a worker must have been seen. Replies `{waiting, delayed, running, workers}`.
    static let counts = script(
        "counts",
        """
        return {redis.call('LLEN', waiting), redis.call('ZCARD', delayed), redis.call('ZCARD', running),
          redis.call('ZCOUNT', workers, now - tonumber(ARGV[1]), '+inf')}
        """
    )

    private static let columns = BuildRecord.columns.map { "'\($0)'" }.joined(separator: ", ")
}
