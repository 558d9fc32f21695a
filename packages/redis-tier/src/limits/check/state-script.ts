/**
 * The Lua that reads and writes the usage of one limit key, shared by the limiter's scripts.
 *
 * Each window has cells of a time and a count, oldest first. A cell is live while now <= time + length. A unit is
 * entered at the last moment of its tick, so a cell never expires before all its units have: any stretch of the
 * window's length admits at most the limit. With a tick of 1 ms the cells are an exact log; with a twelfth of the
 * window they are sub-buckets, of which the oldest counts in full.
 *
 * The state is one string, big-endian:
 *   version I1 (1) | base I6, ms since the epoch | last I4, ms after base | overrides I1 |
 *   each override: length I4, ms; limit I3 |
 *   each window: length I4, ms; cells I1; each cell: time I4, ms after base; count I3
 * In Lua a window is a list of the same: its length, the number of its cells, then time and count of each.
 * A string of another version counts as missing.
 *
 * `last` is the latest time at which something was entered. The clock never goes below it, so a step back of the
 * server's clock admits nothing that a steady clock would deny. After a step back of more than the longest window, the
 * earlier clock was wrong: then all entries are moved back to the present, so that no key is denied for the whole step.
 */
export const stateScript = `
local formats = {}
local function formatOf(cells)
  local format = formats[cells]
  if not format then
    format = '>I4B' .. string.rep('I4I3', cells)
    formats[cells] = format
  end
  return format
end

-- Early enough for every cell that can be live; a cell at the base itself is not live.
local function baseFor(nowMs, maxMs)
  return nowMs - maxMs - 1
end

local function emptyState(nowMs, maxMs)
  return { base = baseFor(nowMs, maxMs), last = 0, windows = {} }
end

-- The state of a key, or nil.
local function readState(key)
  local raw = redis.call('GET', key)
  if not raw or string.byte(raw) ~= 1 then return nil end
  local unpackStruct = struct.unpack
  local base, last, overrides, at = unpackStruct('>I6I4B', raw, 2)
  local limits
  for _ = 1, overrides do
    local length, limit
    length, limit, at = unpackStruct('>I4I3', raw, at)
    limits = limits or {}
    limits[length] = limit
  end
  local windows = {}
  local size = #raw
  local i = 0
  while at <= size do
    local cells = string.byte(raw, at + 4)
    local window = { unpackStruct(formatOf(cells), raw, at) }
    at = window[3 + 2 * cells]
    window[3 + 2 * cells] = nil
    i = i + 1
    windows[i] = window
  end
  return { base = base, last = last, overrides = limits, windows = windows }
end

-- Writes a state. Deletes a state that no longer matters.
local function writeState(key, state, nowMs)
  local cells = ''
  local ends = 0
  for _, window in ipairs(state.windows) do
    local n = window[2]
    -- More cells than a window can have come from reports after outages: the oldest two are merged.
    while n > 128 do
      window[6] = window[6] + window[4]
      table.remove(window, 3)
      table.remove(window, 3)
      n = n - 1
      window[2] = n
    end
    if n > 0 then
      ends = math.max(ends, window[1 + 2 * n] + window[1])
      cells = cells .. struct.pack(formatOf(n), unpack(window))
    end
  end
  local overrides = 0
  local limits = ''
  for length, limit in pairs(state.overrides or {}) do
    overrides = overrides + 1
    limits = limits .. struct.pack('>I4I3', length, limit)
  end
  local raw = struct.pack('>BI6I4B', 1, state.base, state.last, overrides) .. limits .. cells
  if overrides > 0 then
    redis.call('SET', key, raw)
  elseif cells ~= '' then
    redis.call('SET', key, raw, 'PX', math.max(1, state.base + ends + 1 - nowMs))
  else
    redis.call('DEL', key)
  end
end
`;
