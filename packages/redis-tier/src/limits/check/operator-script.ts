/**
 * What an operator does to one subject: forget what it has used, or give it limits of its own.
 *
 * KEYS: the state of the subject, one key for each resource.
 * ARGV: `reset`, which forgets what was used and leaves the overrides;
 *   or `override`, then length ms and limit of each window that gets one, none to take the overrides back. What was
 *   used stays. A state with overrides does not expire.
 * Returns the number of keys that are left.
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
