#!/bin/sh
# Compiles wpa_supplicant into ROOT, with the cryptography of wolfSSL, for WPA2 and WPA3 with a password and EAP over TLS.
# Sources: wpa libnl3 wolfssl
set -eu
root=$1 here=$2
libraries=$PWD/wpa-libraries
mkdir -p "$libraries"

cd libnl3
# What flex, bison and automake make is there already, or is left out.
./configure -q --build="$BUILD" --host="$MUSL" "CC=$CC" "AR=$AR" "RANLIB=$RANLIB" "STRIP=$STRIP" \
  "CFLAGS=$SMALL -w" "LDFLAGS=$SMALLER" --disable-shared --disable-cli --disable-debug FLEX=none YACC=none
make -s "-j$JOBS" ACLOCAL=: AUTOMAKE=: AUTOCONF=: AUTOHEADER=: lib/libnl-3.la lib/libnl-genl-3.la
cp lib/.libs/libnl-3.a lib/.libs/libnl-genl-3.a "$libraries"

# Its configure would be made by autoconf; it needs only to know what is wanted of it.
cd ../wolfssl
cp "$here/wolfssl-settings.h" user_settings.h
echo '#include <user_settings.h>' >wolfssl/options.h
for source in src/*.c wolfcrypt/src/*.c; do
  case ${source##*/} in
    # Parts of ssl.c and evp.c, which include them.
    bio.c | conf.c | pk.c | x509.c | x509_str.c | ssl_misc.c | evp.c | misc.c) continue ;;
  esac
  # shellcheck disable=SC2086
  "$CC" $SMALL -w -DWOLFSSL_USER_SETTINGS -I. -c -o "$(echo "$source" | tr / _).o" "$source"
done
"$AR" rcD "$libraries/libwolfssl.a" ./*.o

cd ../wpa/wpa_supplicant
cat >.config <<'EOF'
CONFIG_DRIVER_NL80211=y
CONFIG_DRIVER_WEXT=y
CONFIG_LIBNL32=y
CONFIG_TLS=wolfssl
CONFIG_SAE=y
CONFIG_OWE=y
CONFIG_IEEE80211W=y
CONFIG_IEEE80211R=y
CONFIG_IEEE80211AC=y
CONFIG_WEP=y
CONFIG_IEEE8021X_EAPOL=y
CONFIG_EAP_MD5=y
CONFIG_EAP_MSCHAPV2=y
CONFIG_EAP_TLS=y
CONFIG_EAP_PEAP=y
CONFIG_EAP_TTLS=y
CONFIG_EAP_GTC=y
CONFIG_BACKEND=file
CONFIG_CTRL_IFACE=y
CONFIG_GETRANDOM=y
EOF
export CFLAGS="$SMALL -w -DWOLFSSL_USER_SETTINGS -I../../wolfssl"
export LDFLAGS="$SMALLER" LIBS="-L$libraries"
make -s "-j$JOBS" "CC=$CC" LIBNL_INC=../../libnl3/include wpa_supplicant
"$STRIP" -s -o "$root/usr/sbin/wpa_supplicant" wpa_supplicant
