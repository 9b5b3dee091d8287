#ifndef ASU_CARCHIVE_SHIM_H
#define ASU_CARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>

/* Macros with casts do not reach Swift. */
static const unsigned int asu_archive_regular_file = AE_IFREG;
static const unsigned int asu_archive_folder = AE_IFDIR;
static const unsigned int asu_archive_symbolic_link = AE_IFLNK;

#endif
