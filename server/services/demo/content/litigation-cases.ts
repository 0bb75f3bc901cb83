import type { Case } from './case.ts'
import { done, due, met, says, todo } from './case.ts'

/** The firm's litigation, from the first call to the judgment. In each column from the top. */
export const LITIGATION_CASES: Case[] = [
  // Intake
  {
    column: 'intake', title: '取引先の破産に伴う否認権行使への対応', client: '株式会社大和紙業', area: 'BANKRUPTCY_AND_RESTRUCTURING',
    lead: null, team: ['kobayashi'], age: 3, stage: 3, opposing: '破産管財人', tags: ['破産', '否認権'],
    deadlines: [due(11, 'RESPONSE', '管財人への回答', 'CONTRACT')], tasks: [done('利益相反の確認'), todo('弁済の経緯の聴取り')],
  },
  {
    column: 'intake', title: 'Product liability claim from Australia', client: 'Kurosawa Cycle Works', area: 'PERSONAL_INJURY_AND_TORT',
    lead: 'associate', team: ['paralegal'], age: 4, stage: 4, priority: 'HIGH', opposing: 'Estate of a rider', tags: ['product liability', 'cross-border'],
    description: 'Letter before action from Sydney counsel. Frame fracture, model year 2023. Insurer was notified on the day of receipt.',
    deadlines: [due(6, 'RESPONSE', 'Holding reply', 'CONTRACT')], tasks: [done('Notice to the insurer'), todo('Secure the production records')],
  },

  // Initial review
  {
    column: 'initial-review', title: '建築瑕疵に基づく損害賠償', client: '緑ヶ丘マンション管理組合', area: 'REAL_PROPERTY',
    lead: 'ito', team: ['paralegal', 'clerk'], age: 16, stage: 9, opposing: '三栄建設株式会社', tags: ['建築瑕疵'],
    description: '外壁タイルの浮き。竣工から9年、**除斥期間**に注意。',
    deadlines: [due(34, 'STATUTE_OF_LIMITATIONS', '除斥期間の満了', 'STATUTE')], tasks: [done('管理組合の決議'), todo('調査会社の選定')],
    comments: [says('ito', 5, '調査会社3社から見積りを取りました。')],
  },
  {
    column: 'initial-review', title: 'Defamation on a review platform', client: 'Aoyama Dental Clinic', area: 'CONSTITUTIONAL_AND_CIVIL_RIGHTS',
    lead: 'nair', team: ['kim'], age: 10, stage: 6, opposing: 'Anonymous author', tags: ['disclosure of sender'],
    deadlines: [due(3, 'COURT_FILING', 'Petition before logs are deleted', 'STATUTE')], tasks: [done('Screenshots with time stamps'), todo('Petition')],
  },

  // Investigation
  {
    column: 'investigation', title: '役員による利益相反取引の調査', client: '南洋商事株式会社', area: 'CORPORATE',
    lead: 'partner', team: ['associate'], age: 24, stage: 11, priority: 'HIGH', confidentiality: 'SEALED', tags: ['役員責任'],
    description: '監査等委員会からの依頼。対象役員には知らせない。',
    deadlines: [due(5, 'INTERNAL', '監査等委員会への報告', 'CONTRACT', { time: '09:30' })], tasks: [done('取引記録の保全'), todo('面談計画')],
  },
  {
    column: 'investigation', title: 'Warehouse fire: cause and recourse', client: 'Pacific Cold Storage KK', area: 'INSURANCE',
    lead: 'associate', team: ['paralegal', 'becker'], age: 36, stage: 17, opposing: 'Installer of the cooling plant', waitingOn: 'Report of the fire department', tags: ['insurance', 'recourse'],
    deadlines: [due(16, 'INTERNAL', 'Interim report to the insurer', 'CONTRACT')], tasks: [done('Site visit'), todo('Expert on refrigerants')],
    comments: [says('paralegal', 7, 'The fire department needs two more weeks for the report.')],
  },
  {
    column: 'investigation', title: '医療過誤（術後管理）に関する調査', client: '遺族（匿名）', area: 'HEALTH',
    lead: 'takahashi', team: ['kobayashi'], age: 45, stage: 20, confidentiality: 'RESTRICTED', opposing: '医療法人', tags: ['医療過誤', '証拠保全'],
    deadlines: [due(9, 'HEARING', '証拠保全の期日', 'COURT', { time: '13:30' })], tasks: [done('証拠保全の申立て'), todo('協力医の意見')],
    court: '横浜地方裁判所', courtNumber: '令和8年(モ)第1187号', filed: 12,
  },

  // Research
  {
    column: 'research', title: '商標権侵害（類似ロゴ）', client: '株式会社言葉堂', area: 'INTELLECTUAL_PROPERTY',
    lead: 'ito', team: ['associate', 'paralegal'], age: 40, stage: 13, opposing: '有限会社ことの葉舎', tags: ['商標', '差止め'],
    deadlines: [due(2, 'INTERNAL', '類否の検討メモ', 'INTERNAL')], tasks: [done('使用態様の証拠'), todo('裁判例の調査'), todo('損害額の試算')],
    comments: [says('associate', 4, '要部観察の裁判例を3件メモに追加しました。')],
  },
  {
    column: 'research', title: 'Enforcement of a Singapore award', client: 'Straits Marine Pte. Ltd.', area: 'TRANSPORTATION',
    lead: 'nair', team: ['partner2'], age: 33, stage: 12, opposing: '瀬戸海運株式会社', tags: ['arbitration', 'enforcement'],
    description: 'SIAC award of USD 2.3 m. Assets: two vessels on bareboat charter and receivables in Kobe.',
    deadlines: [due(21, 'COURT_FILING', 'Application for an execution order', 'INTERNAL')], tasks: [done('Certified copy and translation'), todo('Asset search')],
  },

  // Draft pleadings
  {
    column: 'draft-pleadings', title: '請負代金請求', client: '株式会社丸三工務店', area: 'REAL_PROPERTY',
    lead: 'takahashi', team: ['paralegal', 'clerk'], age: 57, stage: 9, opposing: '合同会社湖畔リゾート', tags: ['請負'],
    deadlines: [due(3, 'COURT_FILING', '訴状の提出', 'INTERNAL'), due(60, 'STATUTE_OF_LIMITATIONS', '消滅時効', 'STATUTE')],
    tasks: [done('証拠説明書'), todo('訴状'), todo('訴額の計算')], comments: [says('clerk', 2, '印紙額を計算しました。訴額3,860万円で13万4千円です。')],
  },
  {
    column: 'draft-pleadings', title: 'Wrongful dismissal of a country manager', client: 'Elena Petrova', area: 'LABOR_AND_EMPLOYMENT',
    lead: 'associate', team: ['paralegal', 'kim'], age: 29, stage: 6, priority: 'HIGH', opposing: 'Aurelia Software GK', tags: ['dismissal', 'provisional disposition'],
    description: 'Application for provisional reinstatement of salary, then the main action. Dismissal letter gives three grounds, two of them from before the last bonus.',
    deadlines: [due(1, 'COURT_FILING', 'Application for provisional disposition', 'INTERNAL', { time: '12:00' })],
    tasks: [done('Statement of the client'), todo('Translation of exhibits 4 to 11'), todo('Application')],
    comments: [says('kim', 1, 'Exhibits 4 to 8 are translated, the rest comes tomorrow morning.')],
  },
  {
    column: 'draft-pleadings', title: '株主代表訴訟の答弁書', client: '白川ホールディングス株式会社', area: 'CORPORATE',
    lead: 'watanabe', team: ['ito', 'kobayashi'], age: 62, stage: 14, opposing: '個人株主', court: '東京地方裁判所', courtNumber: '令和8年(ワ)第20417号', filed: 50, tags: ['株主代表訴訟'],
    deadlines: [due(-1, 'RESPONSE', '答弁書の提出', 'COURT', { extendable: true })], tasks: [done('事実関係の認否'), todo('経営判断の主張')],
    comments: [says('watanabe', 1, '裁判所に1週間の延期を上申済みです。')],
  },

  // Filed
  {
    column: 'filed', title: '特許権侵害差止請求', client: '相模原オプティクス株式会社', area: 'INTELLECTUAL_PROPERTY',
    lead: 'associate', team: ['partner', 'paralegal'], age: 110, stage: 23, priority: 'HIGH', opposing: '株式会社日東光学', court: '東京地方裁判所', courtNumber: '令和8年(ワ)第18325号', filed: 23, tags: ['特許', '差止め'],
    deadlines: [due(7, 'HEARING', '第1回口頭弁論', 'COURT', { time: '10:00' }), due(4, 'INTERNAL', '期日の準備', 'INTERNAL')],
    tasks: [done('訴状'), done('甲号証'), todo('技術説明会の資料')], comments: [says('partner', 6, '技術説明会は来春に入りそうです。早めに専門家を押さえてください。')],
  },
  {
    column: 'filed', title: 'Unpaid charter hire', client: 'Straits Marine Pte. Ltd.', area: 'TRANSPORTATION',
    lead: 'nair', team: ['kim', 'becker'], age: 88, stage: 30, opposing: '瀬戸海運株式会社', court: '神戸地方裁判所', courtNumber: '令和8年(ワ)第1290号', filed: 30, tags: ['shipping'],
    deadlines: [due(12, 'HEARING', 'First hearing', 'COURT', { time: '11:30' })], tasks: [done('Complaint'), todo('Power of attorney with apostille')],
  },
  {
    column: 'filed', title: '境界確定請求', client: '大野 拓也', area: 'REAL_PROPERTY',
    lead: 'ito', team: ['paralegal'], clients: ['ohno'], age: 130, stage: 44, opposing: '隣地所有者', court: 'さいたま地方裁判所', courtNumber: '令和8年(ワ)第977号', filed: 44, tags: ['境界'],
    hold: { reason: '筆界特定の結果待ち', since: 10 }, tasks: [done('訴状'), todo('測量図')],
  },

  // Discovery
  {
    column: 'discovery', title: 'Trade secrets: document production in the N.D. Cal. case', client: 'Northwind Robotics KK', area: 'INTELLECTUAL_PROPERTY',
    lead: 'partner2', team: ['associate', 'nair', 'paralegal'], age: 190, stage: 50, priority: 'URGENT', opposing: 'Gridline Automation Inc.',
    court: 'U.S. District Court, N.D. California', courtNumber: '5:26-cv-01874', filed: 170, tags: ['discovery', 'US'],
    description: '41,000 documents, two thirds reviewed. Privilege log goes to US counsel **before** each production.',
    deadlines: [due(0, 'DISCOVERY', 'Third production', 'COURT', { time: '23:00' }), due(19, 'DISCOVERY', 'Depositions in Tokyo', 'COURT'), met(-28, 'DISCOVERY', 'Second production', 'COURT')],
    tasks: [done('Protective order'), done('Second production'), todo('Privilege log, third batch'), todo('Interpreters for the depositions')],
    comments: [says('nair', 2, 'Third batch: 1,204 documents left in second review.'), says('partner2', 1, 'US counsel wants the log six hours before.'), says('paralegal', 0, 'Log is complete up to number 3,880.')],
  },
  {
    column: 'discovery', title: '預り金返還請求（文書提出命令の申立て）', client: '藤田 直美', area: 'FINANCE_AND_LENDING',
    lead: 'takahashi', team: ['paralegal', 'clerk'], clients: ['client'], age: 160, stage: 37, opposing: '東都信用投資株式会社', court: '東京地方裁判所', courtNumber: '令和8年(ワ)第11036号', filed: 120, tags: ['文書提出命令'],
    deadlines: [due(10, 'RESPONSE', '意見書', 'COURT')], tasks: [done('申立書'), todo('相手方意見への反論')],
  },

  // Mediation
  {
    column: 'mediation', title: 'Joint venture break-up', client: 'Whitfield Ceramics plc', area: 'CORPORATE',
    lead: 'associate', team: ['partner2', 'paralegal'], age: 140, stage: 16, opposing: '九谷マテリアル株式会社', tags: ['mediation', 'joint venture'],
    deadlines: [due(6, 'SETTLEMENT', 'Second session', 'CONTRACT', { time: '13:00' })], tasks: [done('Position paper'), todo('Valuation of the kiln')],
    comments: [says('partner2', 3, 'They hinted at a put option. Let us have a number ready.')],
  },
  {
    column: 'mediation', title: '遺留分侵害額請求（家事調停）', client: '山本 和子', area: 'PERSONAL_AND_FAMILY',
    lead: 'ito', team: ['kobayashi'], age: 115, stage: 25, opposing: '長男', court: '東京家庭裁判所', courtNumber: '令和8年(家イ)第5521号', filed: 70, tags: ['遺留分', '調停'],
    deadlines: [due(14, 'HEARING', '第3回調停期日', 'COURT', { time: '10:00' })], tasks: [done('不動産鑑定'), todo('株式の評価')],
  },

  // Trial preparation
  {
    column: 'trial-prep', title: '製造物責任（家庭用ヒーター）', client: '株式会社オリオン電熱', area: 'PERSONAL_INJURY_AND_TORT',
    lead: 'takahashi', team: ['partner', 'paralegal', 'clerk'], age: 260, stage: 28, priority: 'HIGH', opposing: '原告5名', court: '大阪地方裁判所', courtNumber: '令和8年(ワ)第3158号', filed: 240, tags: ['製造物責任'],
    deadlines: [due(5, 'COURT_FILING', '最終準備書面', 'COURT'), due(26, 'TRIAL', '証人尋問', 'COURT', { time: '10:30' })],
    tasks: [done('鑑定書'), todo('最終準備書面'), todo('証人の打合せ')], comments: [says('clerk', 3, '大阪の宿泊を4名分予約しました。')],
  },
  {
    column: 'trial-prep', title: 'Construction delay claim', client: 'Halden Energy Japan', area: 'ENERGY',
    lead: 'nair', team: ['watanabe', 'kim'], age: 230, stage: 19, opposing: '東北プラント工業株式会社', court: '仙台地方裁判所', courtNumber: '令和8年(ワ)第702号', filed: 200, tags: ['wind farm', 'delay'],
    deadlines: [due(8, 'COURT_FILING', 'Expert report in reply', 'COURT'), due(33, 'TRIAL', 'Examination of witnesses', 'COURT', { time: '13:15' })],
    tasks: [done('Delay analysis'), todo('Reply of the expert'), todo('Witness bundle')],
  },

  // Trial
  {
    column: 'trial', title: '不正競争防止法違反（顧客名簿）', client: '湘南観光バス株式会社', area: 'COMMERCIAL_AND_TRADE',
    lead: 'partner', team: ['ito', 'kobayashi'], age: 320, stage: 10, priority: 'HIGH', opposing: '株式会社江の島交通', court: '横浜地方裁判所', courtNumber: '令和8年(ワ)第241号', filed: 300, tags: ['不正競争'],
    deadlines: [due(1, 'TRIAL', '本人尋問', 'COURT', { time: '13:30' })], tasks: [done('陳述書'), todo('尋問事項の確認')],
    comments: [says('ito', 1, '尋問事項を共有フォルダに置きました。')],
  },
  {
    column: 'trial', title: 'Misleading prospectus', client: 'Granite Bay Securities', area: 'SECURITIES_AND_FINANCIAL_INSTRUMENTS',
    lead: 'watanabe', team: ['associate', 'kim'], age: 350, stage: 15, opposing: '投資家31名', court: '東京地方裁判所', courtNumber: '令和8年(ワ)第105号', filed: 315, tags: ['securities'],
    deadlines: [due(22, 'HEARING', 'Close of the hearing', 'COURT', { time: '15:00' })], tasks: [done('Cross-examination'), todo('Closing brief')],
  },

  // Settlement
  {
    column: 'settlement', title: 'Licence royalties 2023 to 2025', client: 'Voltaic Motion Inc.', area: 'INTELLECTUAL_PROPERTY',
    lead: 'associate', team: ['partner2', 'paralegal'], age: 175, stage: 5, opposing: '浜松モーター株式会社', court: '知的財産高等裁判所', courtNumber: '令和8年(ネ)第10044号', filed: 150, tags: ['royalties', 'settlement'],
    deadlines: [due(4, 'SETTLEMENT', 'Payment of the first instalment', 'CONTRACT')], tasks: [done('Terms agreed'), todo('Record in court')],
    closeRequest: { by: 'associate', ago: 0, outcome: 'SETTLED', reason: 'Terms are on record; only the payment has to be watched.' },
  },
  {
    column: 'settlement', title: '騒音被害に関する和解', client: '緑ヶ丘マンション管理組合', area: 'ENVIRONMENTAL_AND_NATURAL_RESOURCE',
    lead: 'ito', team: ['kobayashi'], age: 145, stage: 12, opposing: '飲食店経営者', waitingOn: '相手方の署名', tags: ['和解'],
    tasks: [done('和解条項'), todo('署名の受領')],
  },

  // Closed
  {
    column: 'closed', title: '貸金返還請求', client: '株式会社大和紙業', area: 'FINANCE_AND_LENDING',
    lead: 'takahashi', team: ['paralegal', 'clerk'], age: 280, stage: 17, opposing: '個人', court: '東京地方裁判所', courtNumber: '令和8年(ワ)第4410号', filed: 250,
    closed: { outcome: 'WON', reason: '全部認容判決が確定。' }, tags: ['債権回収'], deadlines: [met(-18, 'APPEAL', '控訴期限', 'STATUTE')],
  },
  {
    column: 'closed', title: 'Injunction against a former distributor', client: 'Lakeside Brewing Co.', area: 'COMMERCIAL_AND_TRADE',
    lead: 'associate', team: ['kim'], age: 200, stage: 40, opposing: '株式会社泡屋', court: '東京地方裁判所', courtNumber: '令和8年(ヨ)第2207号', filed: 180,
    closed: { outcome: 'LOST', reason: 'Application dismissed; client does not appeal.' }, comments: [says('associate', 41, 'Advised the client on the costs of an appeal.')],
  },
  {
    column: 'closed', title: '名誉毀損に基づく慰謝料請求', client: '青山 玲子', area: 'CONSTITUTIONAL_AND_CIVIL_RIGHTS',
    lead: 'ito', team: ['paralegal'], age: 420, stage: 310, opposing: '出版社', court: '東京地方裁判所', courtNumber: '令和7年(ワ)第15520号', filed: 390,
    closed: { outcome: 'SETTLED', reason: '謝罪広告と解決金で和解。' }, tags: ['名誉毀損'],
  },
]
