# shellcheck shell=bash
# deb.sh: one .deb from a directory that is the file system to be. Source it.

# What the programs below a directory need, as dpkg-shlibdeps finds it.
shlibs() { # STAGE
	local work programs
	work=$(mktemp -d)
	mkdir -p "$work/debian"
	printf 'Source: yinxin\n\nPackage: yinxin\nArchitecture: any\n' >"$work/debian/control"
	mapfile -t programs < <(find "$1/usr/bin" "$1/usr/sbin" -type f -perm -u+x 2>/dev/null)
	(cd "$work" && dpkg-shlibdeps -O "${programs[@]/#/-e}" 2>/dev/null) | sed -n 's/^shlibs:Depends=//p'
	rm -rf "$work"
}

# build_deb STAGE CONTROL.in OUT VERSION [SCRIPT...]: SCRIPTs are postinst and the like. Files
# below etc/ are the administrator's once they are installed.
build_deb() {
	local stage=$1 control=$2 out=$3 version=$4 name arch
	name=$(sed -n 's/^Package: //p' "$control")
	mkdir -p "$stage/DEBIAN"
	arch=$(dpkg --print-architecture)
	[ ! -d "$stage/etc" ] || (cd "$stage" && find etc -type f -printf '/%p\n' | sort) >"$stage/DEBIAN/conffiles"
	sed -e "s|@VERSION@|$version|" -e "s|@ARCH@|$arch|" -e "s|@SHLIBS@|$(shlibs "$stage")|" \
		-e "s|@SIZE@|$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)|" "$control" >"$stage/DEBIAN/control"
	(cd "$stage" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) \
		>"$stage/DEBIAN/md5sums"
	for script in "${@:5}"; do install -m 755 "$script" "$stage/DEBIAN/$(basename "$script")"; done
	chmod -R u=rwX,go=rX "$stage"
	dpkg-deb --root-owner-group -Zxz --build "$stage" "$out/${name}_${version}_$arch.deb" >/dev/null
	echo "$out/${name}_${version}_$arch.deb"
}
