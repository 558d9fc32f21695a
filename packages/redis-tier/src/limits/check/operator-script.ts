/**
 * Changes by an operator to one limit key: resets its usage, or overrides its limits.
 *
 * KEYS: the state of the limit key, one Redis key for each limit.
 * ARGV: `reset`, which clears the usage and keeps the overrides;
 *   or `override`, then length in ms and limit of each window to override; none removes the overrides. The usage stays.
 *   A state with overrides does not expire.
 * Returns the number of Redis keys that remain.
 */
import { serverTime } from './check-script.ts';
import { stateScript } from './state-script.ts';

export const operatorScriptSource: string = `${serverTime}${stateScript}
local left = 0
for k = 1, #KEYS do
  local state = readState(KEYS[k]) or emptyState(timeMs, 0)
  if ARGV[1] == 'reset' then
    state.windows = {}
  else
    state.overrides = {}
    for i = 2, #ARGV, 2 do state.overrides[tonumber(ARGV[i])] = tonumber(ARGV[i + 1]) end
  end
  writeState(KEYS[k], state, timeMs)
  left = left + redis.call('EXISTS', KEYS[k])
end
return left
`;
