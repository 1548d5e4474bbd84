# Variables and functions shared by the release scripts; sourced, never run.
# shellcheck shell=bash disable=SC2034

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
# print_help FILE: prints the comment at the top of a script as its help.
print_help() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$1" >&2; }

version=$(node -p 'JSON.parse(require("fs").readFileSync("package.json", "utf8")).version')
# A hyphen marks a pre-release, as in semantic versioning.
case $version in *-*) prerelease=yes ;; *) prerelease= ;; esac
[ -n "${GITHUB_REPOSITORY-}" ] || die 'GITHUB_REPOSITORY (owner/name) is not set'
repository=${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY
registry=${RELEASE_REGISTRY:-ghcr.io}
# Image names must be in lower case.
image=$registry/${GITHUB_REPOSITORY,,}
