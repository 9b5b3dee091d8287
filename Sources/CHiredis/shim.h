#ifndef ASU_CHIREDIS_SHIM_H
#define ASU_CHIREDIS_SHIM_H
#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#endif
