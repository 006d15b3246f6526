import { openCosmos } from '../../api/store/cosmos.ts';
import { httpClientOf } from '../helpers/cosmos/http-client.ts';
import { CosmosService } from '../helpers/cosmos/service.ts';
import { storeContract } from './store-contract.ts';

storeContract('Cosmos', async (now) => {
  const service = new CosmosService(() => now().getTime());
  const options = {
    endpoint: 'https://stand-in.documents.azure.com',
    key: 'a2V5',
    httpClient: httpClientOf(service),
    connectionPolicy: { enableEndpointDiscovery: false },
  };
  const store = await openCosmos(options, 'tickets', now);
  return { store, close: () => store.close() };
});
