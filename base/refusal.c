/* ISC licence; see LICENSE. */
#include "refusal.h"

int refusal(int code)
{
  switch (code) {
    case 1: case 3: case 12: case 13: case 15:
    case 20: case 21: case 22: case 23: return 1;
  }
  return 0;
}
