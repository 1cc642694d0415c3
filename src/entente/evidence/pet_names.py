"""Pet names and their like in English and French, and forms of one forename across neighbouring languages.

Each line is one group: whoever is written with one of its words may be written with another. A word may
stand in several groups (Harry is Henry or Harold). Common knowledge, written for this project; a group is a
weak likeness, and its weight in `weights.toml` says how weak.
"""

from __future__ import annotations

_GROUPS = """
abraham abe bram ibrahim brahim
adam adem
agnes aggie nessie
albert bert bertie al alberto
alexander alexandre alex alec sandy sacha sasha alick alistair alasdair iskandar
alfred alf alfie fred freddie
alice ally elsie
amelia amelie millie emily
andrew andre andy drew anders andreas andrei
ann anne anna annie nan nancy nanny hannah anita anya
anthony antony antoine tony anton antonio
archibald archie
arthur art artie
augustus auguste gus august
barbara babs barbie
bartholomew bart barth
beatrice bea trixie
benjamin ben benny benji
bernard bernie barney
bridget biddy brigitte brigid
caroline carrie caro carol
catherine katherine kathleen kate katie kathy kitty cathy cat catrin
cecil cecile cissie cecily
charles charlie charley chuck carl karl carlos
charlotte lottie lotte
christian christopher chris kit kristian christophe topher
clara claire clare
claude claud
constance connie
cornelius neil con
daniel dan danny
david dave davy dai
deborah debbie deb
dominic dominique dom
donald don
dorothy dot dolly dorothea dora
edgar ed
edith edie
edmund edward edouard ed eddie ned ted teddy eddy edmond eduard
edwin ed ned eddie
eleanor ellen elena helen nell nellie ella lena nora eleonora helene
elizabeth elisabeth liz lizzie beth betty betsy bess bessie eliza lisa elise libby lily isabel isabella
emma em emmy
ernest ernie ernst
esther hester essie hettie
eugene gene eugenie
evelyn eve evie
florence flo flossie florrie
frances fanny fran francesca francoise
francis frank francois frankie franz francisco franciszek
frederick frederic fred freddie freddy fritz friedrich
gabriel gabe
geoffrey jeffrey jeff geoff godfrey
george georgie georges georg jorge jurgen jorg
gerald gerard gerry jerry
gertrude gertie trudy
gilbert gil bert
grace gracie
gregory greg gregoire grigor
griffith gruffydd griff
gwendoline gwen gwenda gwendolen
harold harry hal
harriet hattie harriett
henrietta etta hetty henriette
henry harry hal henri hank heinrich enrique
herbert bert bertie herb
horace horatio
hubert bert hugh
hugh hughie hugo huw
humphrey humph
isaac ike zak ishaq
jacob james jacques jim jimmy jamie jem yakub yaqub jake giacomo diego
jane jean joan jenny janet jeanne joanna johanna jeannie jess
jean john johann jan
jeremiah jeremy jerry
jessica jessie jess
john jack johnny jon ian ivan sean hans johannes juan giovanni yahya evan jock
jonathan jon jonny nathan
joseph joe joey josef jose yusuf youssef yousef yusef giuseppe
joshua josh
josephine jo josie
judith judy
julia julie juliet jill gill gillian
julian jules julius
katherine kay kitty kate
laurence lawrence larry laurie laurent lars lorenzo
leonard len lenny leo leon lionel
leopold leo
letitia lettie
lewis louis lou louie ludwig luis llewellyn
louisa louise lou
lucy lucie lucia
luke luc lucas luca
madeleine maddie magdalen madeline
margaret maggie meg peggy madge daisy margot marguerite greta rita margery marjorie megan
mark marc marcus marco
martha mattie patty
martin marty
mary marie maria molly polly may mamie miriam maryam mariam moll
matilda mathilda tilly maud
matthew matt mathieu matthias matteo
maurice morris mo
maximilian max
michael mike mick mickey michel mikhail miguel
mohammed muhammad mohamed mohamad mehmet
montague monty
nathaniel nathan nat
nicholas nick nicolas nicky klaus claus nico
norman norm
oliver ollie noll
oscar osc
oswald oz ossie
patrick pat paddy
paul paulo pavel
percival percy
peter pete pierre pedro piotr pyotr
philip phil pip philippe
rachel rae
ralph rafe
randolph randy
raymond ray
rebecca becky becca
reginald reg reggie rex reynold
richard dick rick ricky rich dickie dickon ricardo
robert bob bobby rob robbie robby bert robin roberto
roderick rod roddy rory
roger rodger hodge
roland rowland rolly
ronald ron ronnie
rosamund rose rosa rosie rosalind
rudolph rudolf rudy
rupert rupe
samuel sam sammy samson
sarah sara sally sadie
sebastian seb sebastien bastien
sidney sid sydney
simon sim simeon
solomon sol suleiman sulayman
sophia sophie sophy
stanley stan
stephen steven steve etienne stefan stephan esteban
susan sue susanna susannah suzanne susie
sylvester sly
terence terry terrance
theodore theo ted teddy
theresa teresa terry tess tessa
thomas tom tommy thom tomas
timothy tim timmy
tobias toby
ulysses uly
valentine val
victor vic viktor
victoria vicky vicki tori
vincent vince vin
violet vi
virginia ginny
walter wally wat walt
wilfred wilf fred wilfrid
william will bill billy willie willy guillaume wilhelm gwilym liam willem guillermo
winifred winnie freda
zachary zach zack zak
"""


def _grouped() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.split("\n")):
        for word in line.split():
            groups.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


# word -> the groups it stands in
PET_NAMES: dict[str, frozenset[int]] = _grouped()
