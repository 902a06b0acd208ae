#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

// SHA256_Init, _Update and _Final, and those of SHA-512, are marked deprecated since 3.0 in favour of EVP. They are part of every OpenSSL 3, run the same
// assembly, and alone let a running hash be a plain Swift value: an EVP context is a heap object whose every call may fail.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#endif
