import { describeFaults } from './expectations.ts';

describeFaults('session');
