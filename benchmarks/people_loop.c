/* The day of the people in C, to compare the Numba kernel with: the same blocks, draws, limits and results.
 * Built and called by people.py:  cc -O3 -march=native -shared -fPIC people_loop.c
 */
#include <stdint.h>
#include <string.h>

enum { BLOCK = 256, CAMPS = 16, TEMPERS = 4, ACTIVITIES = 4, VALUES = 256 };

static inline uint32_t turn(uint32_t x, int by) { return x << by | x >> (32 - by); }

#define MIX(by) x0 += x1; x1 = turn(x1, by) ^ x0;
#define EVEN MIX(13) MIX(15) MIX(26) MIX(6)
#define ODD MIX(17) MIX(29) MIX(16) MIX(24)

static inline void threefry(uint32_t k0, uint32_t k1, uint32_t x0, uint32_t x1, uint32_t *w0, uint32_t *w1)
{
    uint32_t k2 = k0 ^ k1 ^ 0x1BD11BDAu;
    x0 += k0; x1 += k1;
    EVEN x0 += k1; x1 += k2 + 1;
    ODD  x0 += k2; x1 += k0 + 2;
    EVEN x0 += k0; x1 += k1 + 3;
    ODD  x0 += k1; x1 += k2 + 4;
    EVEN *w0 = x0 + k2; *w1 = x1 + k0 + 5;
}

/* The new record of a person for whom a word lies below its limit. */
static inline uint8_t change(uint8_t old, uint32_t w0, uint32_t w1, uint32_t rate_camp, uint32_t rate_act,
                             const uint32_t *camps, const uint32_t *activities)
{
    int temper = old >> 6, activity = old >> 4 & 3, camp = old & 15;
    if (w0 < rate_camp) {
        camp = 0;
        for (int k = 0; k < CAMPS; k++) camp += w0 >= camps[temper * CAMPS + k];
    }
    if (w1 < rate_act) {
        const uint32_t *limit = activities + (temper * CAMPS + camp) * ACTIVITIES;
        activity = (w1 < limit[1]) + (w1 < limit[2]) + (w1 < limit[3]);
    }
    return (uint8_t)(temper << 6 | activity << 4 | camp);
}

/* One day of `pieces` pieces of units, in place: writes `records` and the rows of `differences`. */
void live(uint8_t *restrict records, int32_t *restrict differences, int64_t pieces,
          const int64_t *piece_unit, const int64_t *piece_start, const int64_t *piece_stop, const int64_t *offsets,
          const uint32_t *ids, uint32_t seed, uint32_t decision, uint32_t day, const uint32_t *rate_camp,
          const uint32_t *camps, const uint32_t *rate_act, const uint32_t *activities, const uint32_t *stir)
{
    uint32_t first[BLOCK], second[BLOCK], k0, k1;
    _Alignas(8) uint8_t hit[BLOCK];
    for (int64_t piece = 0; piece < pieces; piece++) {
        int64_t unit = piece_unit[piece], start = piece_start[piece], size = piece_stop[piece] - start;
        uint8_t *people = records + start;
        int32_t *row = differences + piece * VALUES;
        uint32_t below0 = rate_camp[unit], below1 = rate_act[unit], quiet = stir[unit];
        threefry(seed, decision, ids[unit], 0, &k0, &k1);
        memset(row, 0, VALUES * sizeof *row);
        for (int64_t base = 0; base < size; base += BLOCK) {
            int count = size - base < BLOCK ? (int)(size - base) : BLOCK;
            uint32_t index = (uint32_t)(start - offsets[unit] + base);
            for (int j = 0; j < count; j++) {
                uint32_t w0, w1;
                threefry(k0, k1, index + (uint32_t)j, day, &w0, &w1);
                first[j] = w0;
                second[j] = w1;
                hit[j] = (uint8_t)((w0 < below0) | (w1 < (people[base + j] & 48 ? below1 : quiet)));
            }
            memset(hit + count, 0, (size_t)(BLOCK - count));
            for (int group = 0; group < BLOCK / 8; group++) {
                uint64_t some;
                memcpy(&some, hit + group * 8, 8);
                while (some) {
                    int j = group * 8 + __builtin_ctzll(some) / 8;
                    uint8_t old = people[base + j];
                    uint8_t new = change(old, first[j], second[j], below0, below1,
                                         camps + unit * TEMPERS * CAMPS,
                                         activities + unit * TEMPERS * CAMPS * ACTIVITIES);
                    people[base + j] = new;
                    row[old]--;
                    row[new]++;
                    some &= some - 1;
                }
            }
        }
    }
}
