import { describeFaults } from './expectations.ts';

describeFaults('login');
