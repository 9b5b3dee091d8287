/// Which published folders are still needed.
///
/// A folder belongs to one claim of one job. It is needed while that claim may still end in a result that names it, and
/// while a record names it. A claim's token is never given again, so once neither holds it never will.
extension QueueScripts {
    // The hash of a published folder's request and the token of its claim, from the folder's path.
    private static let parse = """
        local function parse(path)
          return string.match(path, '([^/]+)/(%d+)%-%x+$')
        end

        """

    /// Finds folders whose record ended; puts those off that a record still names.
    ///
    /// ARGV: prefix of records, milliseconds since the end of the record, how many to pass over, most to look at. Replies
    /// `{looked at, {folders to remove}}`; those stay known until they are forgotten.
    static let ended = script(
        "ended",
        parse,
        """
        local due, looked = {}, 0
        for _, path in ipairs(redis.call('ZRANGEBYSCORE', published, '-inf', now - tonumber(ARGV[2]), 'LIMIT', ARGV[3],
          ARGV[4])) do
          looked = looked + 1
          local hash = parse(path)
          if hash and redis.call('HGET', ARGV[1] .. hash, 'bin_dir') == path then
            local left = redis.call('PTTL', ARGV[1] .. hash)
            redis.call('ZADD', published, now + math.max(left, 0), path)
          else
            table.insert(due, path)
          end
        end
        return {looked, due}
        """
    )

    /// Says of folders found in the store what they are to the queue, and notes those that are served and weren't noted.
    ///
    /// ARGV: prefix of records, then folders. Replies a ``PublicationStanding`` for each.
    static let standings = script(
        "standings",
        parse,
        """
        local standings = {}
        for index = 2, #ARGV do
          local path = ARGV[index]
          local hash, token = parse(path)
          local record = hash and redis.call('HMGET', ARGV[1] .. hash, 'bin_dir', 'state', 'token') or {}
          local noted = redis.call('ZSCORE', published, path)
          local standing = noted and 'ended' or 'unknown'
          if record[1] == path then
            standing = 'served'
            if not noted then
              local left = redis.call('PTTL', ARGV[1] .. hash)
              redis.call('ZADD', published, now + math.max(left, 0), path)
            end
          elseif record[2] == 'started' and record[3] == token then
            standing = 'running'
          end
          standings[index - 1] = standing
        end
        return standings
        """
    )

    /// Removes the result that names a folder, so that the folder can go at once.
    ///
    /// ARGV: prefix of records, folder. Replies 1, or 0 if a worker may still be publishing it.
    static let evict = script(
        "evict",
        parse,
        """
        local path = ARGV[2]
        local hash, token = parse(path)
        if hash then
          local key = ARGV[1] .. hash
          local record = redis.call('HMGET', key, 'bin_dir', 'state', 'token')
          if record[2] == 'started' and record[3] == token then return 0 end
          if record[1] == path then
            -- A job that is to replace the result goes on.
            if record[2] == 'done' or record[2] == 'failed' then
              redis.call('DEL', key)
            else
              redis.call('HDEL', key, 'bin_dir')
            end
          end
        end
        redis.call('ZADD', published, 0, path)
        return 1
        """
    )

    /// Lowers the time to live of results of another revision.
    ///
    /// ARGV: prefix of records, time to live in milliseconds, then folders each with the present revision. Replies how
    /// many were lowered.
    static let outdate = script(
        "outdate",
        parse,
        """
        local left, lowered = tonumber(ARGV[2]), 0
        for index = 3, #ARGV, 2 do
          local path, revision = ARGV[index], ARGV[index + 1]
          local hash = parse(path)
          local key = ARGV[1] .. (hash or '')
          local record = hash and redis.call('HMGET', key, 'bin_dir', 'state', 'revision') or {}
          local finished = record[2] == 'done' or record[2] == 'failed'
          if record[1] == path and finished and record[3] and record[3] ~= revision then
            local ttl = redis.call('PTTL', key)
            if ttl < 0 or ttl > left then
              redis.call('PEXPIRE', key, left)
              redis.call('ZADD', published, now + left, path)
              lowered = lowered + 1
            end
          end
        end
        return lowered
        """
    )
}
