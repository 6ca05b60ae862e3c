# shellcheck shell=sh
# Functions for kinds whose image goes as one stream to a program that knows the flash, such as ubiformat and ubiupdatevol.

put() { # INDEX FILE
	writer_append "$2"
}

feed_by_helper() { # LEASE LENGTH
	by_helper feed-stream "$name" "$1" "$2" "$chunk"
}

close_writer() {
	writer_finish
	drop_caches
}

fresh() {
	drop_caches
}
