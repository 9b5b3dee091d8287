# shellcheck shell=bash
# Starting, watching and ending processes. Sourced by quickstart, which sets log_folder and calls stop_all at its end.

log_folder=.

# Names of running processes in the order of their start, their process ids and logs.
process_names=()
declare -A process_ids=() process_logs=()

# start NAME PROGRAM ARGUMENT...: runs a program in a session of its own, its output in a log.
#
# A session of its own keeps Ctrl-C from it: quickstart ends its processes itself, in the right order. The kernel ends
# them if quickstart is killed.
start() {
    local name=$1
    shift
    local log=$log_folder/$name.log
    printf '=== %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >"$log"
    setsid setpriv --pdeathsig TERM -- "$@" </dev/null >>"$log" 2>&1 9>&- &
    process_names+=("$name")
    process_ids[$name]=$!
    process_logs[$name]=$log
}

# is_running NAME
is_running() {
    local id=${process_ids[$1]:-}
    [[ -n $id && " $(jobs -pr | tr '\n' ' ') " == *" $id "* ]]
}

# forget NAME: reaps a process that has ended; returns its exit status.
forget() {
    local name=$1 other status=0
    local -a kept=()
    wait "${process_ids[$name]}" || status=$?
    # What it left behind in its session's first process group.
    kill -KILL -- "-${process_ids[$name]}" 2>/dev/null || true
    for other in "${process_names[@]}"; do
        if [[ $other != "$name" ]]; then kept+=("$other"); fi
    done
    process_names=("${kept[@]}")
    unset "process_ids[$name]"
    return "$status"
}

# stop NAME SECONDS: SIGTERM, after so many seconds SIGKILL.
stop() {
    local name=$1 end=$((SECONDS + $2)) id=${process_ids[$1]:-}
    if [[ -z $id ]]; then return 0; fi
    kill -TERM "$id" 2>/dev/null || true
    while is_running "$name"; do
        if ((SECONDS >= end)); then
            say "$name did not end within $2 s and is killed; its log: ${process_logs[$name]}"
            kill -KILL -- "-$id" 2>/dev/null || kill -KILL "$id" 2>/dev/null || true
            break
        fi
        sleep 0.1
    done
    forget "$name" || true
}

# stop_all SECONDS: the newest first.
stop_all() {
    while ((${#process_names[@]} > 0)); do stop "${process_names[-1]}" "$1"; done
}

# fail_with_log NAME MESSAGE: one line, then the end of a process's log.
fail_with_log() {
    say "$2"
    say "the end of ${process_logs[$1]}:"
    tail -n 25 -- "${process_logs[$1]}" | sed 's/^/    /' >&2
    exit 1
}

# check_alive: ends with the log of a process that has ended unasked.
check_alive() {
    local name status=0
    for name in "${process_names[@]}"; do
        if ! is_running "$name"; then
            wait "${process_ids[$name]}" || status=$?
            fail_with_log "$name" "$name ended unexpectedly with exit status $status"
        fi
    done
}

# wait_until NAME SECONDS COMMAND...: until the command succeeds or the process NAME ends.
wait_until() {
    local name=$1 seconds=$2
    local end=$((SECONDS + seconds))
    shift 2
    until "$@"; do
        check_alive
        if ((SECONDS >= end)); then fail_with_log "$name" "$name is not ready after $seconds s"; fi
        sleep 0.1
    done
}

# run_step NAME SECONDS PROGRAM ARGUMENT...: runs a program to its end; shows its last line meanwhile.
run_step() {
    local name=$1 seconds=$2 begin=$SECONDS shown=$SECONDS line status=0
    shift 2
    start "$name" "$@"
    while is_running "$name"; do
        if ((SECONDS - begin >= seconds)); then fail_with_log "$name" "$name is not done after $seconds s"; fi
        if [[ -t 2 ]] || ((SECONDS - shown >= 30)); then
            shown=$SECONDS
            line=$(tail -c 400 -- "${process_logs[$name]}" | tr '\r' '\n' | grep -Ev '^(===.*)?$' | tail -n 1 || true)
            line=${line:0:100}
            if [[ -t 2 ]]; then printf '\r\033[K%s: %s' "$name" "$line" >&2; else say "$name: $line"; fi
        fi
        sleep 0.2
    done
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
    forget "$name" || status=$?
    if ((status != 0)); then fail_with_log "$name" "$name failed with exit status $status"; fi
}
