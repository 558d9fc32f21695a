/**
 * The Lua that reads and writes what one subject has used of one resource: the common part of the limiter's scripts.
 *
 * Each window has cells of a moment and a count, oldest first. A cell is live while now <= moment + length. A unit is
 * entered at the last moment of its tick, so a cell never leaves before all its units have: in any stretch of the
 * window's length at most the limit is admitted. With a tick of 1 ms the cells are an exact log; with a twelfth of the
 * window they are sub-buckets, of which the oldest counts whole.
 *
 * The state is one string, big-endian:
 *   version I1 (1) | base I6, ms since the epoch | last I4, ms after base | overrides I1 |
 *   each override: length I4, ms; limit I3 |
 *   each window: length I4, ms; cells I1; each cell: moment I4, ms after base; count I3
 * A string of another version counts as none.
 *
 * `last` is the latest time at which something was entered. The clock never goes below it, so a step back of the
 * server's clock admits nothing that a steady one would refuse. After a step back of more than the longest window the
 * clock before was plainly wrong: then everything is dated to before now, or subjects would be locked out for the step.
 */
export const stateScript = `
local formats = {}
local function formatOf(cells)
  local format = formats[cells]
  if not format then
    format = '>' .. string.rep('I4I3', cells)
    formats[cells] = format
  end
  return format
end

-- Far enough before now for all that can be live, and what lies at the base itself is not.
local function baseFor(nowMs, longestMs)
  return nowMs - longestMs - 1
end

local function emptyState(nowMs, longestMs)
  return { base = baseFor(nowMs, longestMs), last = 0, overrides = {}, windows = {} }
end

-- The state of a key, with moments in ms after state.base, or nil.
local function readState(key)
  local raw = redis.call('GET', key)
  if not raw or string.byte(raw) ~= 1 then return nil end
  local base, last, overrides, at = struct.unpack('>I6I4B', raw, 2)
  local state = { base = base, last = last, overrides = {}, windows = {} }
  for _ = 1, overrides do
    local length, limit
    length, limit, at = struct.unpack('>I4I3', raw, at)
    state.overrides[length] = limit
  end
  local size = #raw
  while at <= size do
    local length, cells
    length, cells, at = struct.unpack('>I4B', raw, at)
    local list = { struct.unpack(formatOf(cells), raw, at) }
    list[#list] = nil
    state.windows[length] = list
    at = at + 7 * cells
  end
  return state
end

-- Writes the state with the windows of config; others, of an earlier configuration, are left out.
local function writeState(key, state, config, nowMs)
  local parts = {}
  local newest = 0
  for i = 1, config.count do
    local length = config.lengths[i]
    local list = state.windows[length]
    local n = list and #list or 0
    if n > 0 then
      -- More cells than an honest state has come of charges after outages: the oldest two become one.
      while n > 128 do
        list[4] = list[4] + list[2]
        table.remove(list, 1)
        table.remove(list, 1)
        n = n - 2
      end
      local ends = list[n - 1] + length
      if ends > newest then newest = ends end
      parts[#parts + 1] = struct.pack('>I4B', length, n / 2)
      parts[#parts + 1] = struct.pack(formatOf(n / 2), unpack(list))
    end
  end
  local overrides = 0
  local limits = ''
  for length, limit in pairs(state.overrides) do
    overrides = overrides + 1
    limits = limits .. struct.pack('>I4I3', length, limit)
  end
  if #parts == 0 and overrides == 0 then
    redis.call('DEL', key)
    return
  end
  local raw = struct.pack('>BI6I4B', 1, state.base, state.last, overrides) .. limits .. table.concat(parts)
  if overrides > 0 then
    redis.call('SET', key, raw)
  else
    redis.call('SET', key, raw, 'PX', math.max(1, state.base + newest + 1 - nowMs))
  end
end
`;
