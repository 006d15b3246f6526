import { openSqlite } from '../../api/store/sqlite.ts';
import { storeContract } from './store-contract.ts';

storeContract('SQLite in memory', async (now) => {
  const store = openSqlite(':memory:', now);
  return { store, close: () => store.close() };
});
