/**
 * The script that decides about several limit keys, all windows of each together.
 *
 * KEYS: the state of each check. In a cluster they are in one slot. A key may occur more than once.
 * ARGV: the number of window sets; each set: the number of its windows, then limit and length in ms of each;
 *   then for each run of equal checks: the number of keys, the number of their set from 1, cost, age in ms.
 *   Cost 0 only reads the state. Age -1 decides now. An age of 0 or more enters the cost without deciding, as of that
 *   long ago: it was admitted while the server was unavailable.
 * Returns one string, for each key: a byte, 1 allowed, 0 denied or 2 cost above a limit; then for each window, as four
 *   bytes each, big-endian: its limit, the remaining units, the ms until the cost fits (0: it fits), and the ms until
 *   the next units are freed (0: none are used). One string costs both sides less than many numbers.
 *
 * A denial enters nothing in any window and writes nothing. All returned times use the server's own clock, even while
 * it is behind the last entry.
 */

import { largestExactLimit, subBuckets } from '../windows.ts';
import { stateScript } from './state-script.ts';

/** The time in ms, as every script reads it. */
export const serverTime = `
local time = redis.call('TIME')
local timeMs = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const decide = `
local configs = {}
local arg = 2
for set = 1, tonumber(ARGV[1]) do
  local config = { count = tonumber(ARGV[arg]), longest = 0 }
  config.format = '>B' .. string.rep('I4', 4 * config.count)
  arg = arg + 1
  for i = 1, config.count do
    local length = tonumber(ARGV[arg + 1])
    config[2 * i - 1] = tonumber(ARGV[arg])
    config[2 * i] = length
    if length > config.longest then config.longest = length end
    arg = arg + 2
  end
  configs[set] = config
end

-- Moves the base, so that times fit in four bytes even if a key lives for years.
local function rebase(state, base)
  local shift = state.base - base
  for _, window in ipairs(state.windows) do
    for i = 3, #window, 2 do window[i] = math.max(0, window[i] + shift) end
  end
  state.last = math.max(0, state.last + shift)
  state.base = base
end

-- The windows of the state in the order of config. Windows of an earlier configuration are dropped.
local function arrange(state, config)
  local arranged = {}
  for i = 1, config.count do
    local length = config[2 * i]
    arranged[i] = { length, 0 }
    for _, window in ipairs(state.windows) do
      if window[1] == length then arranged[i] = window end
    end
  end
  state.windows = arranged
  return arranged
end

-- The used units of a window; removes cells that have left it.
local function use(window, now)
  local final = 2 + 2 * window[2]
  local oldest = now - window[1]
  local first = 3
  while first < final and window[first] < oldest do first = first + 2 end
  local gone = first - 3
  if gone > 0 then
    for i = first, final do window[i - gone] = window[i] end
    for i = final - gone + 1, final do window[i] = nil end
    window[2] = window[2] - gone / 2
    final = final - gone
  end
  local used = 0
  for i = 4, final, 2 do used = used + window[i] end
  return used
end

-- Enters cost at a time; only units reported after an outage arrive out of order.
local function enter(window, moment, cost)
  local at = 1 + 2 * window[2]
  while at > 2 and window[at] > moment do at = at - 2 end
  if at > 2 and window[at] == moment then
    window[at + 1] = math.min(16777215, window[at + 1] + cost)
  else
    table.insert(window, at + 2, cost)
    table.insert(window, at + 2, moment)
    window[2] = window[2] + 1
  end
end

-- The time after base until which units entered at timeMs count.
local function momentOf(timeMs, limit, length, base)
  if limit <= ${largestExactLimit} then return timeMs - base end
  local tick = math.ceil(length / ${subBuckets})
  return timeMs - timeMs % tick + tick - 1 - base
end

local replies = {}
local reply = {}
local useds, limits = {}, {}
local alike, config, cost, age, count = 0, nil, 0, 0, 0
for k = 1, #KEYS do
  if alike == 0 then
    alike = tonumber(ARGV[arg])
    config = configs[tonumber(ARGV[arg + 1])]
    cost = tonumber(ARGV[arg + 2])
    age = tonumber(ARGV[arg + 3])
    arg = arg + 4
    count = config.count
  end
  alike = alike - 1
  local state = readState(KEYS[k]) or emptyState(timeMs, config.longest)
  local dirty = false
  local behind = state.base + state.last - timeMs
  if behind > config.longest then
    state.base = state.base - behind
    behind = 0
    dirty = true
  end
  local nowMs = behind > 0 and timeMs + behind or timeMs
  if nowMs - state.base > 3000000000 then rebase(state, baseFor(nowMs, config.longest)) end
  local base = state.base
  local now = nowMs - base

  local need = cost > 0 and cost or 1
  local verdict = 1
  local windows = arrange(state, config)
  local overrides = state.overrides
  for i = 1, count do
    local limit = overrides and overrides[config[2 * i]] or config[2 * i - 1]
    local used = use(windows[i], now)
    useds[i], limits[i] = used, limit
    if cost > limit then
      verdict = 2
    elseif verdict == 1 and used + need > limit then
      verdict = 0
    end
  end

  if cost > 0 and (verdict == 1 or age >= 0) then
    verdict = 1
    local enteredMs = age > 0 and nowMs - age or nowMs
    for i = 1, count do
      local length = config[2 * i]
      local moment = math.max(0, momentOf(enteredMs, limits[i], length, base))
      if moment + length >= now then
        enter(windows[i], moment, cost)
        useds[i] = useds[i] + cost
      end
    end
    state.last = now
    dirty = true
  end
  if dirty then writeState(KEYS[k], state, nowMs) end

  for i = 1, count do
    local window, used, limit = windows[i], useds[i], limits[i]
    local toTime = base - timeMs + window[1] + 1
    local waitMs = 0
    if verdict == 0 and used + need > limit then
      local excess = used + need - limit
      for c = 3, #window, 2 do
        excess = excess - window[c + 1]
        if excess <= 0 then
          waitMs = window[c] + toTime
          break
        end
      end
    end
    local at = 4 * i
    reply[at - 3] = limit
    reply[at - 2] = used < limit and limit - used or 0
    reply[at - 1] = waitMs
    reply[at] = window[2] > 0 and window[3] + toTime or 0
  end
  replies[k] = struct.pack(config.format, verdict, unpack(reply, 1, 4 * count))
end
return table.concat(replies)
`;

/** The source. Tests pass another source of time, such as one that reads it from ARGV. */
export function checkScriptSource(time: string = serverTime): string {
  return `${time}${stateScript}${decide}`;
}
