/**
 * The script that decides: several subjects, all windows of each together.
 *
 * KEYS: the state of each check. In a cluster they lie in one slot. A key may come more than once.
 * ARGV: the number of window sets; each set: the number of its windows, then limit, length ms and tick ms of each;
 *   then for each key: the number of its set from 1, cost, age ms.
 *   cost 0 asks and enters nothing. Age -1 is now; an age from 0 up enters the cost without asking, as of so long ago:
 *   it was admitted while the server was away.
 * Returns whole numbers, for each key: 1 allowed, 0 refused or -1 cost above a limit; then for each window its limit,
 *   what remains, the ms until the cost fits (0: it does) and the ms until the next units come back (0: none are used).
 *
 * A refusal enters nothing in any window and writes nothing. Times told are of the server's own clock, also while it
 * stands behind the last entry.
 */
import { stateScript } from './state-script.ts';

/** The time in ms, as every script takes it. */
export const serverTime = `
local time = redis.call('TIME')
local timeMs = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const decide = `
local configs = {}
local arg = 2
for set = 1, tonumber(ARGV[1]) do
  local config = { count = tonumber(ARGV[arg]), limits = {}, lengths = {}, ticks = {}, longest = 0 }
  arg = arg + 1
  for i = 1, config.count do
    local length = tonumber(ARGV[arg + 1])
    config.limits[i] = tonumber(ARGV[arg])
    config.lengths[i] = length
    config.ticks[i] = tonumber(ARGV[arg + 2])
    if length > config.longest then config.longest = length end
    arg = arg + 3
  end
  configs[set] = config
end

-- Moves the base, so that moments fit four bytes for years of one key.
local function rebase(state, base)
  local shift = state.base - base
  for _, list in pairs(state.windows) do
    for i = 1, #list, 2 do list[i] = math.max(0, list[i] + shift) end
  end
  state.last = math.max(0, state.last + shift)
  state.base = base
end

-- The live cells of a window, and their sum.
local function live(state, length, now)
  local list = state.windows[length]
  if not list then return {}, 0 end
  local size = #list
  local first = 1
  while first < size and list[first] + length < now do first = first + 2 end
  if first > 1 then
    local rest = {}
    for i = first, size do rest[#rest + 1] = list[i] end
    list = rest
    size = #list
  end
  local used = 0
  for i = 2, size, 2 do used = used + list[i] end
  return list, used
end

-- Enters cost at a moment; only charges after an outage come out of order.
local function enter(list, moment, cost)
  local at = #list - 1
  while at > 0 and list[at] > moment do at = at - 2 end
  if at > 0 and list[at] == moment then
    list[at + 1] = math.min(16777215, list[at + 1] + cost)
  else
    table.insert(list, at + 2, cost)
    table.insert(list, at + 2, moment)
  end
end

local reply = {}
for k = 1, #KEYS do
  local config = configs[tonumber(ARGV[arg])]
  local cost = tonumber(ARGV[arg + 1])
  local age = tonumber(ARGV[arg + 2])
  arg = arg + 3
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
  local now = nowMs - state.base

  local need = math.max(cost, 1)
  local verdict = 1
  local lists, useds, limits = {}, {}, {}
  for i = 1, config.count do
    local length = config.lengths[i]
    local limit = state.overrides[length] or config.limits[i]
    local list, used = live(state, length, now)
    lists[i], useds[i], limits[i] = list, used, limit
    if cost > limit then
      verdict = -1
    elseif verdict == 1 and used + need > limit then
      verdict = 0
    end
  end

  if cost > 0 and (verdict == 1 or age >= 0) then
    verdict = 1
    for i = 1, config.count do
      local length = config.lengths[i]
      -- An overridden limit has the tick of its own size.
      local tick = config.ticks[i]
      if limits[i] ~= config.limits[i] then tick = limits[i] <= 32 and 1 or math.ceil(length / 12) end
      local moment = nowMs - math.max(age, 0)
      moment = moment - moment % tick + tick - 1 - state.base
      if moment < 0 then moment = 0 end
      if moment + length >= now then
        enter(lists[i], moment, cost)
        useds[i] = useds[i] + cost
      end
      state.windows[length] = lists[i]
    end
    state.last = now
    dirty = true
  end
  if dirty then writeState(KEYS[k], state, config, nowMs) end

  reply[#reply + 1] = verdict
  for i = 1, config.count do
    local length, list, used, limit = config.lengths[i], lists[i], useds[i], limits[i]
    local toTime = state.base - timeMs + length + 1
    local waitMs = 0
    if verdict == 0 and used + need > limit then
      local excess = used + need - limit
      for c = 1, #list, 2 do
        excess = excess - list[c + 1]
        if excess <= 0 then
          waitMs = list[c] + toTime
          break
        end
      end
    end
    reply[#reply + 1] = limit
    reply[#reply + 1] = math.max(0, limit - used)
    reply[#reply + 1] = waitMs
    reply[#reply + 1] = #list > 0 and list[1] + toTime or 0
  end
end
return reply
`;

/** The source. A test hands in another way to the time, such as one that reads it from ARGV. */
export function checkScriptSource(time: string = serverTime): string {
  return `${time}${stateScript}${decide}`;
}
