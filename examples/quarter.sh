#!/bin/sh
# One call of `evidence quarter` whose runs and packs lie in an S3 bucket: they are fetched, the call is made, and what is finished goes
# back. Words of this script go on to `evidence quarter`. It ends as that does: 0 complete, 3 done with gaps, 2 could not run.
#
#   BUCKET          the bucket (examples/bucket)
#   CONFIG          evidence.toml by default; its runs and packs are runs/ and packs/ beside it
set -eu
: "${BUCKET:?Name the bucket of the runs and packs in BUCKET.}"
config=${CONFIG:-evidence.toml}
cd "$(dirname "$config")"

mkdir -p runs packs
aws s3 sync --only-show-errors "s3://$BUCKET/runs" runs
aws s3 sync --only-show-errors "s3://$BUCKET/packs" packs

code=0
evidence quarter --config "$(basename "$config")" "$@" || code=$?

# Sends a folder, and last the file by which it is known: without that, a copy that was cut short is neither a run nor a pack.
send() {
    folder=$1
    mark=$2
    aws s3 sync --only-show-errors --exclude "$mark" "$folder" "s3://$BUCKET/$folder"
    aws s3 sync --only-show-errors --exclude '*' --include "$mark" "$folder" "s3://$BUCKET/$folder"
}

# A run that was cut short has an empty end. It stays here: the bucket keeps what it gets.
for facts in runs/*/*/run.json; do
    if [ -f "$facts" ] && ! grep -q '"ended": ""' "$facts"; then
        send "${facts%/run.json}" run.json
    fi
done
aws s3 sync --only-show-errors --exclude '*' --include '*.changes/*' --include '*.zip' --include '*.receipt.txt' packs "s3://$BUCKET/packs"
for facts in packs/*/pack.json; do
    if [ -f "$facts" ]; then
        send "${facts%/pack.json}" pack.json
    fi
done
exit "$code"
