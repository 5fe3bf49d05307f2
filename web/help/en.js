// The chapters in English, part for part those of zh.js.
/** @type {import('./zh.js').Chapter[]} */
export default [
	{
		id: 'about',
		title: 'What the platform does',
		intro:
			'Yinxin lets agencies and vendors make contracts and exchange documents in the browser, signed with IC ' +
			'cards; anybody can check the result.',
		parts: [
			{
				heading: 'Services',
				steps: [
					'Contracts: an officer uploads a PDF, the platform seals it, vendor and agency sign. All ' +
						'three signatures are in one file.',
					'Documents outside contracts: letters, notices, answers, with attachments that your ' +
						'card can sign first.',
					'Registry and sealing staff: assignment, deputies, sealing, and the book of seals.',
					'Certificates and seal pictures: register your own certificate; pictures are approved by two.',
					'Verification: drop a PDF and see whether each signature holds and what changed afterwards.',
				],
			},
			{
				heading: 'Who does what',
				steps: [
					'Officers of an agency make contracts, choose signers and sealing staff, and follow the progress.',
					'A vendor’s signer reads the contract and signs with a business card, or returns it '
						+ 'with a reason.',
					'Sealing staff seal with the agency’s card once the vendor has signed.',
					'An agency’s administrator keeps units, people and roles; important roles need a second person.',
				],
			},
		],
	},
	{
		id: 'flows',
		title: 'How work flows',
		intro: 'From the certificate to the completed contract: who does what, in which order, beside paper.',
		parts: [
			{
				heading: 'Registering a certificate',
				text: 'Registered once, it serves for login and signatures. The card’s PIN never leaves '
					+ 'your computer.',
				flow: {
					title: 'Registering a certificate',
					steps: [
						{ who: 'User', text: 'Reader and card are ready,\nextension and signer installed' },
						{ who: 'User', text: 'Settings → Certificates,\n“+ New certificate”' },
						{ who: 'Signer', text: 'Reads the card,\nyou choose the certificate' },
						{
							who: 'Platform',
							text: 'Checks chain, validity,\nrevocation and usage',
							choice: 'Not good: it says why',
						},
						{ who: 'User', text: 'Enter a purpose and the PIN' },
						{ who: 'Signer', text: 'The card signs a nonce,\nwhich proves the key' },
						{ who: 'Platform', text: 'Registered: sign and log in' },
					],
				},
			},
			{
				heading: 'Contracts on paper, as today',
				text: 'Printing, sealing and posting to and fro; each copy waits for the one before.',
				flow: {
					title: 'Contracts on paper, as today',
					steps: [
						{ who: 'Officer', text: 'Prints several copies' },
						{ who: 'Officer', text: 'Sends them, or has them fetched' },
						{ who: 'Vendor', text: 'Seals every copy and edge' },
						{ who: 'Vendor', text: 'Posts or brings them back' },
						{ who: 'Officer', text: 'Compares every copy', choice: 'Wrong: made anew' },
						{ who: 'Registry', text: 'Seals every copy' },
						{ who: 'Officer', text: 'Sends the original, files a copy' },
					],
				},
			},
			{
				heading: 'Electronic contracts',
				text: 'One PDF gets three signatures; each step is recorded and the next one is told at once.',
				flow: {
					title: 'Electronic contracts',
					steps: [
						{ who: 'Officer', text: 'New contract: data,\nfiles, signers' },
						{ who: 'Platform', text: 'Seals, numbers and\ntells the vendor' },
						{ who: 'Vendor', text: 'Reads and signs with the card', choice: 'No: returned with a reason' },
						{ who: 'Sealing', text: 'Seals with the agency’s card', choice: 'Wrong: back to the officer' },
						{ who: 'Platform', text: 'Completed, both are told' },
						{ who: 'Both', text: 'Download, keep and verify' },
					],
				},
			},
		],
	},
	{
		id: 'certificates',
		title: 'Certificates',
		intro: 'Register a certificate with your account before you sign; you may have several.',
		parts: [
			{
				heading: 'Register',
				steps: [
					'Connect the reader and insert the card.',
					'Open Settings → Certificates and press “+ New certificate”.',
					'Read the card, choose the certificate, compare serial number, subject, issuer and validity.',
					'Enter its purpose (signing histories show it), press Register and enter the PIN.',
				],
				notes: [
					'Use a certificate for signatures; not the card for exchanging official documents.',
					'From 60 days before its end it is marked orange: ask for a new one in time.',
				],
			},
			{
				heading: 'The card is not found',
				steps: [
					'Open the check of the signer: extension, signer, reader and card must all be in order.',
					'What is missing is installed as the page says; then check again.',
					'A PIN that is wrong several times blocks the card; its issuer unblocks it.',
				],
			},
		],
	},
	{
		id: 'contract-new',
		title: 'New contract',
		intro: 'Three steps; what you type is saved as a draft by itself.',
		parts: [
			{
				heading: 'Step 1: data',
				steps: [
					'Enter number and title; the procurement case is optional.',
					'Choose the unit and add officers from the list.',
				],
			},
			{
				heading: 'Step 2: files',
				steps: [
					'Press “+ Upload document”, choose or drop PDFs, up to 150 MB each.',
					'The bin removes a wrong one.',
					'A damaged or protected file can be replaced by a tidied copy; the original is kept.',
				],
			},
			{
				heading: 'Step 3: signers',
				steps: [
					'Choose the signing unit (vendor) and the sealing staff; there may be several vendors in order.',
					'Check subject and text of the notice, add e-mail addresses if needed.',
					'Send it after the summary: the platform seals, numbers and tells the vendor.',
				],
				notes: ['Number and title are fixed then; other data can be updated, and each change is noted.'],
			},
		],
	},
	{
		id: 'contracts',
		title: 'Search and management',
		intro: 'Find your contracts, follow them, and deal with returns, voids, deadlines and amendments.',
		parts: [
			{
				heading: 'Search',
				steps: [
					'Enter a part of number, title, case, vendor, person or document, in any width and case.',
					'More conditions: procurement case, dates, vendor, officer and state.',
					'Tick several contracts, over pages too: remind, set a deadline, or void at once; Esc clears them.',
					'Ctrl-K (⌘K on a Mac) finds contracts, messages and screens.',
				],
			},
			{
				heading: 'Management',
				steps: [
					'Above you update data, add officers or hand the case over.',
					'Below: remind, set a deadline, send the notice again, copy, and amend what is completed.',
					'Where a party has signed, a void needs a second person of the agency; the file is kept, marked.',
					'The signing history lists time, unit and certificate of each signature.',
				],
			},
		],
	},
	{
		id: 'received',
		title: 'Receive and sign',
		intro: 'Open a contract under “Received”, read it, and return it signed.',
		parts: [
			{
				heading: 'Sign and return',
				steps: [
					'Open the subject; the tab “To sign” lists what waits for you.',
					'Read each document on the page; what was opened can be ticked.',
					'Press Reply, write a text, choose the certificate, then “Sign and return”.',
					'In the signer’s window compare site, documents and certificate, and enter the PIN.',
				],
				notes: [
					'If something is wrong press Return and say why; the officer is told at once.',
					'A file that is not complete says so in its name.',
				],
			},
		],
	},
	{
		id: 'sent',
		title: 'Sent documents and history',
		intro: 'What you or your company sent, its attachments and signatures.',
		parts: [
			{
				heading: 'Look',
				steps: [
					'One row a recipient; search by date, recipient, number, subject, text or contract.',
					'Open a message for attachments and the signing history.',
					'Documents that you wrote also list when each recipient read and answered.',
				],
			},
		],
	},
	{
		id: 'letters',
		title: 'Send a document',
		intro:
			'Documents between agencies and businesses outside contracts: drafts save themselves, '
				+ 'attachments can be ' +
			'signed, answers asked for, and a recall is possible until the first reading.',
		parts: [
			{
				heading: 'Write and send',
				steps: [
					'Open “Send a document” and press “+ New document”.',
					'Add recipients and copies; businesses write to people of agencies, agencies to both.',
					'Write subject and text, attach files; “Sign attachments” signs them with your card first.',
					'Ask for a reply, a signature or a receipt, with a last day if you like.',
					'Press “Preview and send”, check, and send.',
				],
				notes: [
					'A PDF is signed inside; any other file gets a signature file (.p7s). The recipients see what it ' +
					'is worth and save the file, the signature, or both (ASiC).',
					'Another file in an attachment’s place has no signature: sign it again.',
					'If a signature is needed, recipients (not copies) are asked to sign the PDFs; the answer comes ' +
					'by itself.',
				],
			},
			{
				heading: 'Recall and correct',
				steps: [
					'Until somebody has read it, “Recall” takes it back: the recipients do not see it any more.',
					'Afterwards “Correct or add” sends another; both sides see the whole exchange.',
					'What was recalled is under “Send a document”, to be edited again.',
				],
			},
		],
	},
	{
		id: 'sealing',
		title: 'Agency sealing',
		intro: 'Once the vendor has signed, sealing staff seal with the agency’s card.',
		parts: [
			{
				heading: 'Seal',
				steps: [
					'Under “Agency sealing”, tab “To seal”, open the subject and compare contract and history.',
					'Press Reply, write a text, choose the agency’s certificate and enter the PIN.',
					'Several contracts can be ticked and sealed with one PIN, each with its own result.',
					'If something is wrong press Return and choose a reason; the officer gets it back.',
				],
				notes: ['Have enough agency cards, and do not use the card for exchanging official documents.'],
			},
		],
	},
	{
		id: 'wallet',
		title: 'Document wallet',
		intro: 'For your own documents and contracts: files are encrypted with a passphrase of yours, and'
			+ ' administrators cannot open them. You can let somebody read one of them for one purpose and some days.',
		parts: [
			{
				heading: 'Beginning and unlocking',
				steps: [
					'Go to “Document wallet” and set its passphrase. It is not your password.',
					'Keep the recovery code, which is shown once: it alone resets a forgotten passphrase.',
					'Unlock it to download, export or give permissions; it locks itself after some time.',
				],
				notes: ['Name, kind, issuer, dates and note are not encrypted: write no secrets there.'],
			},
			{
				heading: 'Storing and looking after',
				steps: [
					'A completed contract: press “Store in my wallet” beside the history of its document.',
					'Other documents: press “Upload a document”. A PDF is verified, other files are not.',
					'Say until when it is valid: you are told before. “Settings” says how long before.',
					'What is deleted can be taken back; “Export all” gives a ZIP with digests.',
				],
			},
			{
				heading: 'Letting somebody read',
				steps: [
					'Press “Let somebody read it”: a member of another organization, or a link.',
					'Each page of the file gets recipient, time and purpose; each use is listed.',
					'“Revoke” ends it at once; what was downloaded cannot be taken back.',
				],
			},
		],
	},
	{
		id: 'clients',
		title: 'Clients and webhooks',
		intro: 'Systems of an agency or a company make and follow contracts by the public API, and are '
			+ 'told when something '
			+ 'happens. The administrators of the agency or the company set them up.',
		parts: [
			{
				heading: 'A new client',
				steps: [
					'Under “Clients” choose “New”: name, purpose, contact, and the scopes that it needs.',
					'What an agency’s client may write, or read of others, needs a second administrator, '
						+ 'under “Approvals”.',
					'Make a secret and write it down at once: it is shown once, and only its hash is kept.',
					'With id and secret the system gets a token for fifteen minutes; the same page leads '
						+ 'to the description.',
				],
			},
			{
				heading: 'Other secrets, stopping, rate',
				steps: [
					'Two secrets are good at a time: make the second, put it into the system, revoke the '
						+ 'first. Nothing stops.',
					'If one may be known to others revoke it, or stop the client: its tokens are good no more.',
					'The page of a client tells its rate; the platform’s administrators can change it.',
				],
			},
			{
				heading: 'Addresses that are told (webhooks)',
				steps: [
					'On the page of a client add an https address, choose events, and write down the signing secret.',
					'Each message is signed and has an id: verify the signature, and pass over an id '
						+ 'that was seen before.',
					'“Test” shows that it arrives. What does not arrive is tried for three days; the log '
						+ 'tells why, and sends '
						+ 'it again.',
					'For a day after the signing secret was changed both sign, so that the system can '
						+ 'change at leisure.',
				],
				notes: ['A message only tells that something happened; contents are read by the API. '
					+ 'Addresses inside the '
					+ 'network are refused unless the host’s settings allow them.'],
			},
		],
	},
	{
		id: 'platform-key',
		title: 'The platform’s key and certificate',
		intro: 'The platform makes the first seal of each contract with its own key. Before its certificate ends two '
			+ 'administrators of the platform change it, without a pause.',
		parts: [
			{
				heading: 'The change',
				steps: [
					'“Platform key” says what to do 90, 30 and 7 days before the end.',
					'Request a certificate: the private key stays on the host or in the token (HSM); the '
						+ 'request goes to the '
						+ 'certification authority.',
					'Upload the certificate: it is kept only if it belongs to the key and is valid, '
						+ 'trusted and not revoked.',
					'Test seal: download the page, and see that it verifies.',
					'Ask to take over: the moment and the days of overlap; a second administrator agrees.',
				],
			},
			{
				heading: 'Afterwards',
				steps: [
					'From that moment new seals bear the new certificate; contracts that were sent are '
						+ 'signed as usual, and '
						+ 'older signatures stay valid.',
					'Should something be wrong while the overlap lasts, “Back to the key before” brings '
						+ 'it back at once.',
					'When the overlap is over the old key is retired and the administrators are told: '
						+ 'destroy it then.',
				],
				notes: ['Every step is in the audit trail; neither key nor PIN is ever in the database.'],
			},
		],
	},
	{
		id: 'retention',
		title: 'How long things are kept; legal holds',
		intro: 'A contract is kept until its time is over, and destroyed only when two people agree; what is held '
			+ 'is never destroyed.',
		parts: [
			{
				heading: 'Destruction lists',
				steps: [
					'“Parameters” → “Retention” says how long: platform, agency, unit, contract; '
						+ 'a level above can lock it.',
					'What is over is put on the agency’s list by the platform; nobody has to search.',
					'Look through the list; what shall stay is kept longer, with years and a reason.',
					'Propose the rest with the number of the approval; another administrator or the registry '
						+ 'approves it or gives it back.',
					'Then the files are destroyed one after the other. Numbers, parties, history, digests and who '
						+ 'approved are kept for ever.',
				],
				notes: ['A contract’s page tells how long it is kept. Destroyed files can’t be brought back.'],
			},
			{
				heading: 'Legal holds',
				steps: [
					'For a lawsuit, an investigation or an audit, hold a contract by its number, with a case number '
						+ 'and a reason: it counts at once.',
					'Another administrator of the agency confirms or refuses it.',
					'When the case is over ask for lifting it; that takes a second administrator as well.',
				],
				notes: ['A hold beats everything: not listed, not destroyed though approved, no draft discarded.'],
			},
		],
	},
	{
		id: 'questions',
		title: 'Questions and answers',
		intro: 'What is asked most.',
		parts: [
			{
				heading: 'Login and browser',
				steps: [
					'Password forgotten: use the link on the login page, or log in with your card.',
					'Five failures in a row stop the login for fifteen minutes.',
					'Chrome, Edge and Firefox work; signing needs the extension and the signer.',
				],
			},
			{
				heading: 'Signing',
				steps: [
					'Card pulled or line broken half way: nothing is signed by half; insert it and press again.',
					'Two sign the same at once: the first counts, the other is told; open it again.',
					'How to prove it: any PDF reader, or the page “Verify” here.',
				],
			},
		],
	},
];
