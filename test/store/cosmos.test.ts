import { COSMOS_ACCOUNT, openCosmosStore } from '../helpers/cosmos-store.ts';
import { storeContract } from './store-contract.ts';

storeContract(`Cosmos on ${COSMOS_ACCOUNT}`, openCosmosStore);
