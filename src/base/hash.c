#include "base.h"

#include <sodium.h>

ssrc_hash ssrc_hash_bytes(const void *data, size_t len)
{
	ssrc_hash hash;
	crypto_hash_sha256(hash.bytes, data, len);
	return hash;
}

void ssrc_hash_hex(const ssrc_hash *hash, char out[65])
{
	sodium_bin2hex(out, 65, hash->bytes, SSRC_HASH_BYTES);
}
