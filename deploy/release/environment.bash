# What the scripts of a release share; sourced, never run.
# shellcheck shell=bash disable=SC2034

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
# The comment at the top of a script, as its help.
print_help() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$1" >&2; }

version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json", "utf8")).version')
# Everything behind a hyphen makes a pre-release, as semantic versioning has it.
case $version in *-*) prerelease=yes ;; *) prerelease= ;; esac
[ -n "${GITHUB_REPOSITORY-}" ] || die 'GITHUB_REPOSITORY (owner/name) is not set'
repository=${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY
registry=${RELEASE_REGISTRY:-ghcr.io}
# Names of images have small letters only.
image=$registry/${GITHUB_REPOSITORY,,}
