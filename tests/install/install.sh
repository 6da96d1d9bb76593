#!/bin/sh
# Installs the library, moves the installed tree, and uses it as others would: by CMake's
# find_package and by pkg-config, as static and as shared libraries.
#
# usage: install.sh SOURCE WORK      CC and CMAKE are taken from the environment
set -eu

source=$1
work=$2
cc=${CC:-cc}
cmake=${CMAKE:-cmake}
here=$source/tests/install

# One build for both: the objects are the same.
build() {
    "$cmake" -S "$source" -B "$work/build" -G Ninja -DCMAKE_C_COMPILER="$cc" \
        -DCMAKE_BUILD_TYPE=Release -DPGCOPY_WERROR=ON -DBUILD_SHARED_LIBS="$1" \
        -DCMAKE_INSTALL_LIBDIR=lib -DPGCOPY_TESTS=OFF -DPGCOPY_EXAMPLES=OFF
    "$cmake" --build "$work/build"
}

by_cmake() {
    "$cmake" -S "$here" -B "$work/by-cmake" -G Ninja -DCMAKE_C_COMPILER="$cc" \
        -DCMAKE_PREFIX_PATH="$prefix"
    "$cmake" --build "$work/by-cmake"
    for program in "$work"/by-cmake/use*; do
        "$program"
    done
}

by_pkg_config() {
    export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
    for package in pgcopy pgcopy-odbc pgcopy-sqlite; do
        [ -e "$PKG_CONFIG_PATH/$package.pc" ] || continue
        case $package in
        *-odbc) define=-DUSE_ODBC ;;
        *-sqlite) define=-DUSE_SQLITE ;;
        *) define= ;;
        esac
        # shellcheck disable=SC2046,SC2086 # they are lists of words
        "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror $define "$here/use.c" -o "$work/use" \
            $(pkg-config --cflags $package) $(pkg-config --libs $1 $package)
        LD_LIBRARY_PATH="$prefix/lib" "$work/use"
    done
}

rm -rf "$work/first" "$work"/moved-* "$work/by-cmake"
mkdir -p "$work"
for shared in OFF ON; do
    build $shared
    "$cmake" --install "$work/build" --prefix "$work/first"
    prefix=$work/moved-$shared
    mv "$work/first" "$prefix"
    rm -rf "$work/by-cmake"
    by_cmake
    if [ $shared = ON ]; then
        by_pkg_config ""
    else
        by_pkg_config --static
    fi
done
echo "installed and used: static and shared, by CMake and by pkg-config"
