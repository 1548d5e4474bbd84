# Functions shared by the testbed scripts; sourced, never run. The caller sets PROGRAM and BASE.
# shellcheck shell=bash

# Exit code if a component is unavailable on this machine: no Debian, no network, or missing permissions. Tests are then skipped with
# a prominent message; any other exit code is a failure. (69 is EX_UNAVAILABLE of sysexits.h.)
UNAVAILABLE=69

say() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }
die() { say "$*"; exit 1; }
unavailable() { say "cannot be had on this machine: $*"; exit "$UNAVAILABLE"; }

need_debian() { # need_debian COMMAND...: checks for Debian and for the tools required for downloads
  local tool
  [ "$(uname -s)" = Linux ] || unavailable "this is $(uname -s), the packages are for Debian Linux"
  for tool in apt-get dpkg-deb flock setsid "$@"; do
    command -v "$tool" > /dev/null || unavailable "no '$tool' command; this needs Debian (12 is tested)"
  done
  [ -e "$DEBIAN_KEYS" ] || unavailable "no $DEBIAN_KEYS (apt-get install debian-archive-keyring)"
}
DEBIAN_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints the first Debian repository in the system's apt sources, except for the security archive. Asks apt; if its lists were deleted,
# as in slim container images, reads the source files instead.
system_mirror() {
  {
    apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)' 2> /dev/null | sed -n 's,^Debian|,,p' | sort -u
    sed -n -e 's/^deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\).*/\2/p' \
      -e 's/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p' \
      /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null | grep '/debian/*$' || :
  } | sed -e '/security/d' -e 's,/*$,,' | head -n 1
}

# private_apt FOLDER SUITE MIRROR: from now on, apt-get is a private apt with its own lists, limited to this suite, for which no packages
# are installed. The system's apt is not affected. Packages are verified with Debian's keys.
private_apt() {
  local a=$1
  mkdir -p "$a"/{lists/partial,cache/archives/partial,parts,state}
  : > "$a/status"
  echo "deb [signed-by=$DEBIAN_KEYS] $3 $2 main" > "$a/sources.list"
  cat > "$a/apt.conf" << CONF
Dir::State "$a/state";
Dir::State::status "$a/status";
Dir::State::lists "$a/lists";
Dir::Cache "$a/cache";
Dir::Etc::sourcelist "$a/sources.list";
Dir::Etc::sourceparts "$a/parts";
Dir::Etc::preferencesparts "$a/parts";
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
APT::Update::Post-Invoke "";
APT::Update::Post-Invoke-Success "";
APT::Update::Error-Mode "any"; // an unreachable mirror is an error, not a warning
Acquire::Languages "none";
Acquire::Check-Valid-Until "false"; // a mirror that is a few weeks old is fine; signatures are still checked
Acquire::Check-Date "false";
Acquire::Retries "3";
CONF
  export APT_CONFIG=$a/apt.conf
  apt-get -qq update || unavailable "apt cannot read Debian $2 from the mirror of this system's apt sources (no network?)"
}

# print_help FILE: prints the comment at the top of a script as its help
print_help() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$1" >&2; }

runs_with() { # runs_with PID TEXT: whether a process is running with this text in its command line
  local look
  for look in 1 2; do # twice, because the command line is empty for a moment while a process executes another program
    [ "$look" = 1 ] || sleep 0.05
    [ -r "/proc/$1/cmdline" ] || return 1
    if tr '\0' ' ' < "/proc/$1/cmdline" 2> /dev/null | grep -qF "$2"; then return 0; fi
  done
  return 1
}
