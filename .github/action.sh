#!/usr/bin/env bash
# What the steps of action.yml run; its inputs come as environment variables.
#
#   action.sh install   newsfacts from this checkout, into a virtual environment of its own
#   action.sh review    check or compare the facts of the repository in the working folder
#
# review exits 0 done, 1 stale, 2 wrong usage or nothing readable, 3 fresh but some articles failed.
set -euo pipefail

CHECKOUT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=$RUNNER_TEMP/newsfacts/bin

install_newsfacts() {
    export PIP_DISABLE_PIP_VERSION_CHECK=1
    "$PYTHON" -m venv "${BIN%/bin}"
    case $INSTALL in
        locked)
            "$BIN/pip" install --quiet --require-hashes -r "$CHECKOUT/requirements.lock"
            "$BIN/pip" install --quiet --no-deps --no-build-isolation "$CHECKOUT"
            ;;
        latest) "$BIN/pip" install --quiet "$CHECKOUT[parquet,warc]" ;;
        *) fail "install: '$INSTALL' is not one of locked, latest, none" ;;
    esac
}

review() {
    case $MODE in check | diff | both) ;; *) fail "mode: '$MODE' is not one of check, diff, both" ;; esac
    if [[ -x $BIN/newsfacts ]]; then PATH=$BIN:$PATH; fi
    if [[ $MODE != check ]]; then compare; fi
    if [[ $MODE != diff ]]; then check; fi
}

# Annotate the facts that differ from those of the base, and add the difference to the job's summary.
compare() {
    local old status=0
    find_base
    old=$BASE:$DATASET
    if [[ -z $BASE ]] || ! git cat-file -e "$BASE:./$DATASET/facts.jsonl" 2> /dev/null; then
        old=$(mktemp "$RUNNER_TEMP/XXXXXX") # no dataset yet: all facts are new
    fi
    newsfacts diff --format github -- "$old" "$DATASET" || status=$?
    if ((status > 1)); then exit "$status"; fi
    if ((status)); then echo different=true; else echo different=false; fi >> "$GITHUB_OUTPUT"
}

# Make BASE the last commit that it has in common with what is checked out; nothing, where that is the first of all.
find_base() {
    if [[ $DATASET == /* ]]; then fail "dataset: '$DATASET' must be a path from the repository's folder"; fi
    if [[ -n $BASE ]]; then
        : # the user knows
    elif [[ -n ${GITHUB_BASE_REF:-} ]]; then
        BASE=origin/$GITHUB_BASE_REF # of a pull request
    elif git cat-file -e "$BEFORE^{commit}" 2> /dev/null; then
        BASE=$BEFORE # of a push
    elif [[ $(git rev-parse --is-shallow-repository) == false ]] &&
        ! git rev-parse --quiet --verify HEAD~1 > /dev/null; then
        return # of a new repository
    else
        BASE=HEAD~1
    fi
    local base=$BASE
    BASE=$(git merge-base -- "$base" HEAD) || fail "base: no common commit of '$base' and HEAD is known here; \
actions/checkout needs fetch-depth: 0, and a branch is origin/NAME"
}

# Exit 1 where the dataset is stale, with the articles in an annotation and in the job's summary.
check() {
    local paths=() options=() line token told status=0
    while read -r line; do
        if [[ -n $line ]]; then paths+=("$line"); fi
    done <<< "$PATHS"
    read -r -d '' -a options <<< "$OPTIONS" || true # words: nothing in them is expanded

    # whoever wrote the branch named the articles: no name may work as a command to the runner
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    told=$(mktemp "$RUNNER_TEMP/XXXXXX")
    echo "::stop-commands::$token"
    newsfacts run --check -o "$DATASET" ${options[@]+"${options[@]}"} -- ${paths[@]+"${paths[@]}"} 2>&1 | tee "$told" ||
        status=${PIPESTATUS[0]}
    echo "::$token::"

    case $status in
        0) title="Facts are up to date" ;;
        1) title="Facts are stale" ;;
        3) title="Facts are up to date; some articles could not be read" ;;
        *) title="Facts could not be checked" ;;
    esac
    {
        printf '## %s\n\n' "$title"
        head -c 500000 "$told" | sed 's/^/    /' # a block of code, within what GitHub takes
        printf '\n'
    } >> "$GITHUB_STEP_SUMMARY"
    if ((status)); then error "$title" "$(head -c 4000 "$told")"; fi
    exit "$status"
}

error() {
    local message=${2//'%'/%25}
    message=${message//$'\r'/%0D}
    printf '::error title=%s::%s\n' "$1" "${message//$'\n'/%0A}"
}

fail() {
    error Newsfacts "$1"
    exit 2
}

case ${1-} in
    install) install_newsfacts ;;
    review) review ;;
    *) fail "action.sh does install or review" ;;
esac
